"""Rules that read how a sentence is built, each by a lie that it alone should see and an honest line beside it.

The truth cases count hundreds of lines, so that one lost rule would hardly show there.
"""

from __future__ import annotations

import pytest

from resume_rag.grounding import check_line, check_resume
from resume_rag.schema import Fact

CASES = [
    ("Sold 18 flats at an average of £212,000.", "Sold 18 flats at £212,000", "Sold 18 flats at £212,000 on average"),
    (
        "Sold 18 flats; office target was 12.",
        "Sold 18 flats, against an office average of 12",
        "Sold 18 flats, against an office target of 12",
    ),
    ("Target 12, sold 18.", "Sold 12 against a target of 18", "Sold 18 against a target of 12"),
    ("Ran 14 clinics, 9 in villages, for 230 patients.", "Ran 14 clinics for 9 patients", "Ran 14 clinics for 230 patients"),
    ("Cleaned old tiles for the floor, about 2,000 pieces.", "Cleaned about 2,000 floors", "Cleaned about 2,000 old tiles for the floor"),
    ("Wages bill £310k in 2016, £265k in 2018.", "Wages bill £310k in 2018", "Wages bill cut by £45k, from £310k in 2016 to £265k in 2018"),
    ("Open 22 hours a week.", "Opening hours of 22 a month", "Opening hours of 22 a week"),
    (
        "A new model and my table both had a part: error 1.9 % in 2016, 1.4 % in 2019.",
        "Cut the error from 1.9 % to 1.4 % with my table",
        "Helped cut the error from 1.9 % in 2016 to 1.4 % in 2019",
    ),
    (
        "Tested 1,500 samples monthly, 10 % from hospitals.",
        "Tested 1,500 samples from hospitals",
        "Tested 1,500 samples, 150 of which were from hospitals",
    ),
    (
        "Tuned 320 pianos, two thirds in homes and the rest in 41 schools.",
        "Tuned 320 pianos, two thirds in schools",
        "Tuned 320 pianos, two thirds in homes",
    ),
    ("Ran 700 hearings, nearly all Crown Court.", "Ran 700 Crown Court hearings", "Ran 700 hearings, almost all in the Crown Court"),
    (
        "Logged 200 defects, all but three fixed the same day.",
        "Logged 200 defects, three fixed the same day",
        "Logged 200 defects, 197 of them fixed the same day",
    ),
    ("Answered 1 in 4 calls in Welsh.", "Answered 1 call in Welsh", "Answered a quarter of calls in Welsh"),
    (
        "Instructed 7 drivers, each for 20 days.",
        "Instructed 7 drivers for 20 days in total",
        "Instructed 7 drivers for 140 days in total, 20 days each",
    ),
    ("Baked 90 loaves a night.", "Baked 90 loaves at night", "Baked 90 loaves nightly"),
    ("Made four tunings a day, and I charge £75.", "Made four tunings at £75 a day", "Made four tunings a day at £75"),
    ("Turned 1,200 oyster bags.", "Turned 1,200 oysters", "Turned 1,200 bags of oysters"),
    ("Packed 90 dozen oysters a day.", "Packed 90 oysters a day", "Packed 1,080 oysters a day"),
    ("Logged 12 defects over six seasons.", "Logged 12 defects a season", "Logged 12 defects in six seasons"),
    ("Paint use reduced 12 %.", "Reduced paint use to 12 %", "Reduced paint use by 12 %"),
    (
        "Grew the choir from 14 to 40 members, 12 of them children.",
        "Grew the choir from 12 to 40 members",
        "Grew the choir to 40 members from 14",
    ),
    ("Sold 22 pies in 2018 and 31 in 2019.", "Sold 31 pies in 2018", "Increased pies sold from 22 in 2018 to 31 in 2019"),
    ("Takings: £84k in the first year, £212k in the last.", "Increased takings by £212k", "Increased takings by £128k, from £84k to £212k"),
    (
        "One in five clients came by word of mouth in 2015; last year it was three in five.",
        "Clients by word of mouth fell from three in five in 2015 to one in five last year",
        "Clients by word of mouth rose from one in five in 2015 to three in five last year",
    ),
    ("Bid 6 to 8 storefront jobs a week.", "Made six to eight storefront bids a month", "Made six to eight storefront bids a week"),
    ("Checked rigs with seven colleagues.", "Checked rigs as one of seven", "Checked rigs as one of eight"),
    ("Clerked 4 jury trials and 37 bench trials.", "Clerked 41 jury trials", "Clerked 41 trials, 4 jury trials and 37 bench trials"),
    ("Opened safes in 4 banks and 3 houses", "Opened safes in 7 banks", "Opened safes in 7 banks and houses"),
    ("Reared 60 queens, sold 35 of them to clubs and kept the rest.", "Sold 25 of 60 queens", "Sold the remaining 25 queens"),
    ("Held a drill every fortnight", "Held two weeks of drills", "Held drills every two weeks"),
    ("Grew subscriptions from 8 accounts to 21.", "Grew subscriptions to 8 accounts from 21", "Grew subscriptions to 21 accounts from 8"),
    ("Was trained by the owner to grade Cheddar.", "Trained the owner to grade Cheddar", "Learned to grade Cheddar from the owner"),
    ("Ran the farm shop and trained 5 nurses.", "Was trained by 5 nurses and ran the farm shop", "Trained 5 nurses and ran the farm shop"),
    ("My sister and I ran the farm shop.", "Ran the farm shop", "Ran the farm shop with my sister"),
    (
        "Led six buyers; two were promoted to senior buyer.",
        "Promoted to senior buyer",
        "Led six buyers, two of whom were promoted to senior buyer",
    ),
    (
        "Put up three tunnels with a neighbour's help.",
        "Helped a neighbour put up three tunnels",
        "With help from a neighbour, put up three tunnels",
    ),
    ("Designed labels; the photographs were taken by the office manager.", "Designed labels and took the photographs", "Designed labels"),
    (
        "I noted all vascular plants, mosses were noted by a specialist.",
        "Noted vascular plants and mosses",
        "Noted vascular plants, with mosses noted by a specialist",
    ),
    (
        "The head chef wrote the summer menu; I developed 12 dishes.",
        "Wrote the summer menu",
        "Developed 12 dishes, with the summer menu written by the head chef",
    ),
    ("46 switches, 11 buildings. Me and one contractor.", "Administered 46 switches", "Administered 46 switches with one contractor"),
    ("Won refunds of $212,000 for 9 clients.", "Won refunds of $212,000 each for 9 clients", "Won $212,000 in refunds for 9 clients"),
    ("Helped the owner hire 4 line cooks.", "Helped the owner hire cooks for 4 lines", "Assisted the owner in hiring four line cooks"),
    ("Used Makaton with one non-verbal pupil.", "Used Makaton with one verbal pupil", "Used Makaton with a non-verbal pupil"),
    ("Swapped Perl for Go in 2019.", "Migrated from Go to Perl in 2019", "Moved from Perl to Go in 2019"),
    ("Parts spend down about £400 a month.", "Cut parts spend to about £400 a month", "Cut parts spend by about £400 a month"),
    (
        "Two outworkers and I sewed 22 waistcoats.",
        "Managed two outworkers who sewed 22 waistcoats",
        "Sewed 22 waistcoats together with two outworkers",
    ),
    ("Handling time came down from 7:40 to 6:05.", "Cut handling time by 6:05", "Cut handling time from 7:40 to 6:05"),
    ("On time every year but one.", "On time every year", "On time every year apart from one"),
    ("Pass rate in my two groups rose to 73%.", "Raised the school's pass rate to 73%", "Raised the pass rate in my two groups to 73%"),
    ("Worked 40 hours a week.", "Worked over 40 hours a week", "Worked forty hours weekly"),
    ("Setup took 50 minutes, it takes 35 now.", "Raised setup from 50 to 35 minutes", "Cut setup from 50 to 35 minutes"),
    ("Wrote reports after each inspection.", "Wrote reports with no inspection", "Wrote reports after every inspection"),
    (
        "Helped with the tests, never signed the forms myself.",
        "Helped with the tests and signed the forms",
        "Assisted with tests, never signing the forms",
    ),
    ("Ran the bar without waste.", "Ran the bar without waste. None.", "Ran the bar with no waste"),
    ("Moved the cut-off from 14:00 to 16:30.", "Moved the cut-off from 16:30 to 14:00", "Moved cut-off from 14:00 to 16:30"),
    ("Never missed a deadline and kept the books.", "Missed deadlines and kept the books", "Met every deadline and kept the books"),
    ("Never late with a payroll, kept the ledger.", "Late with a payroll, kept the ledger", "Never late with payroll and kept the ledger"),
    (
        "Never exceeded the budget, stayed two years.",
        "Exceeded the budget, stayed two years",
        "Never exceeded the budget and stayed two years",
    ),
    (
        "On-call 1 week in 5; average of 2 pages per week.",
        "On call every week; average of 2 pages per week",
        "On call one week in five, with 2 pages a week on average",
    ),
    ("Took 50 minutes, now 35.", "Took 35 minutes, now 50", "Took 50 minutes, now 35 minutes"),
    ("Never missed a deadline.", "Missed a deadline", "Met every deadline"),
    ("Approval was with the line managers, I keyed in 150 lines.", "Approved and keyed in 150 lines", "Keyed in 150 lines"),
    ("Baked 60 loaves with one apprentice shaping.", "Baked and shaped 60 loaves", "Baked 60 loaves, with one apprentice shaping"),
    ("Selected three vendors for the pilot.", "Selected for the pilot", "Selected 3 vendors for the pilot"),
    ("Promoted two buyers to senior buyer.", "Promoted to senior buyer", "Promoted 2 buyers to senior buyer"),
    (
        "Selected for the leadership scheme in 2019.",
        "Selected people for the leadership scheme in 2019",
        "Chosen for the leadership scheme in 2019",
    ),
    ("Volunteers did the sieving and I showed them how.", "Was shown sieving by volunteers", "Showed volunteers how to sieve"),
    ("I worked 9 hours a day, the team worked 12.", "Worked 12 hours a day", "Worked nine hours a day"),
    (
        "Callbacks: mine 4, the other mechanic's 11.",
        "Callbacks: mine 11, the other mechanic's 4",
        "Callbacks: 4 mine, 11 the other mechanic's",
    ),
    ("Tuned 34 organs a year, nine of them on my own.", "Tuned 34 organs a year on my own", "Tuned nine of 34 organs a year on my own"),
    ("Ran 12 workshops, four of which I designed.", "Designed 12 workshops", "Ran 12 workshops and designed four of them"),
    (
        "Ingrid ran the shop, I kept the stock book.",
        "Ran the shop and kept the stock book",
        "Kept the stock book while Ingrid ran the shop",
    ),
    ("Wrote the manual with Kemal, who drew the figures.", "Wrote the manual and drew the figures", "Wrote the manual with Kemal"),
    ("The wigs were made by my head of department.", "Made the wigs", "Wigs were made by my head of department"),
    ("The foreman assigned me the grading line.", "As foreman of the grading line", "Was assigned the grading line by the foreman"),
    (
        "Promoted to shift lead, reporting to the plant manager.",
        "Promoted to plant manager",
        "Promoted to shift lead under the plant manager",
    ),
    (
        "Worked in a team of seven on gas measurements.",
        "Responsible for a team of seven and for gas measurements",
        "Worked in a seven-person team on gas measurements",
    ),
    (
        "Received handover from the purser, counted in presence of the captain.",
        "Received handover from the captain",
        "Received handover from the purser, counted in the captain's presence",
    ),
    ("The station manager had me train 4 interns.", "Had the station manager train 4 interns", "Trained 4 interns for the station manager"),
    ("Served 999,999 guests.", "Served 1,000,000 guests", "Served 999999 guests"),
    ("Rerouted traffic in the flood; four lines never stopped.", "Rerouted traffic; no line ever stopped", "Rerouted traffic in the flood"),
    # what a verb claims that its neighbours do not (claims.py)
    ("Edited articles for the newsletter.", "Wrote articles for the newsletter", "Revised articles for the newsletter"),
    ("Serviced 60 gas boilers.", "Carried out repairs of 60 gas boilers", "Maintained 60 gas boilers"),
    ("Phoned readings through to the control room.", "Emailed readings to the control room", "Telephoned readings to the control room"),
    ("Cleaned tanks and drove buses.", "Prepared and cleaned tanks", "Cleaned tanks and drove buses too"),
    ("Scheduled interviews for managers.", "Conducted interviews for managers", "Arranged interviews for managers"),
    ("Passes rose from 4 to 9 when I started at the school.", "Implemented the school", "Started at the school; passes rose from 4 to 9"),
    # nouns of acts and things
    ("Maintenance of machines, ordering of leather.", "Purchase of machines", "Maintenance of machines and purchase of leather"),
    ("Edged boards, painted lines each August.", "Board painting every August", "Line painting every August"),
    ("Planned routes for six vans.", "Developed route planning software for six vans", "Handled route planning for six vans"),
    ("Timed races at the track.", "Timed and won races at the track", "Handled timing of races at the track"),
    ("Running hours were logged every day by the oiler.", "Logged running hours every day", "Running hours logged daily by the oiler"),
    (
        "Took the readings and phoned them to the control room.",
        "Took the readings in the control room",
        "Took and phoned readings to the control room",
    ),
    # words that add no claim
    (
        "Tuned the grands at two concert halls.",
        "Looked after the building of two concert halls",
        "Looked after the tuning of grands at two concert halls",
    ),
    ("My patch was 340 flats.", "Sold 340 flats", "Looked after 340 flats"),
    ("Worked locks by hand all summer.", "Worked locks by hand at a summer camp", "Worked locks by hand all the summer season"),
    ("Made insoles for diabetics.", "Made insoles for diabetic staff", "Made insoles for diabetic patients"),
    ("Wrote to the units for approvals.", "Wrote to obtain units", "Wrote to the units to obtain approvals"),
    ("Catalogued objects from the Fenwick bequest.", "Bequeathed objects to Fenwick", "Catalogued objects bequeathed by Fenwick"),
    ("Did the books every Friday.", "Did the housekeeping every Friday", "Did the bookkeeping every Friday"),
    ("Passes rose from 4 to 9 when I began mock tests.", "Introduced passes", "Introduced mock tests, and passes rose from 4 to 9"),
    ("Changed the lining of boots from cork to felt.", "Switched boots from felt to cork", "Switched boots from cork to felt"),
    (
        "Lost 3% of lambs in 2019, 8% in 2015.",
        "Brought losses of lambs up to 8% in 2019",
        "Brought losses of lambs down to 3% in 2019 from 8% in 2015",
    ),
    ("Never missed a shift in 4 years.", "Went through 4 years of shifts", "Went 4 years without missing a shift"),
    (
        "First-time fix rate 91%, company goal was 85%.",
        "Beat the goal of 91% with 85%",
        "Beat the company goal of 85% with a first-time fix rate of 91%",
    ),
    ("Rang customers.", "Texted customers", "Telephoned customers"),
    ("Sales rose because the timetable changed.", "Sales rose, so the timetable changed", "As the timetable changed, sales rose"),
    (
        "Rewired the shed before the roof was done.",
        "Rewired the shed after the roof was done",
        "Rewired the shed ahead of the roof being done",
    ),
    (
        "First worked the counter, later moved to the kitchen.",
        "Worked the kitchen before moving to the counter",
        "Worked the counter first and later moved to the kitchen",
    ),
    (
        "Wrote the manual while my colleague did the drawings.",
        "Wrote the manual after my colleague did the drawings",
        "Wrote the manual, with a colleague doing the drawings",
    ),
    ("Painted the hall in May. The landlord was pleased.", "Painted the hall because the landlord was pleased", "Painted the hall in May"),
    ("Cleaned nearly all of the offices.", "Cleaned all of the offices", "Cleaned almost all of the offices"),
    (
        "Two of the five shops took up the rota I wrote.",
        "Wrote the rota that the five shops took up",
        "Wrote the rota that 2 of 5 shops took up",
    ),
    (
        "Never missed a print deadline in 4 years, except once during the flood.",
        "Never missed a print deadline in 4 years",
        "Missed a print deadline only once in 4 years, during the flood",
    ),
    (
        "Ordered the flowers if the florist was on holiday.",
        "Ordered the flowers",
        "Ordered the flowers whenever the florist was on holiday",
    ),
    ("Two days a week I did the till.", "Did the till daily", "Did the till on two days each week"),
    ("Mostly made cakes for weddings.", "Made only wedding cakes", "Made mainly wedding cakes"),
    (
        "I was not allowed to prescribe, so the doctor signed every script I drafted.",
        "Prescribed and drafted scripts signed by the doctor",
        "Not permitted to prescribe; drafted scripts for the doctor to sign",
    ),
    (
        "Not one child hurt on my crossing; there was one near miss in 2014.",
        "Not one near miss on my crossing",
        "No child was hurt on my crossing",
    ),
    (
        "Gave talks, never handled animals without a senior keeper.",
        "Gave talks and handled animals without a senior keeper",
        "Gave talks and handled animals only with a senior keeper",
    ),
    (
        "Didn't do payroll, but checked the timesheets before they went to payroll.",
        "Did payroll and checked the timesheets",
        "Checked the timesheets before they went to payroll",
    ),
    (
        "No film over the local limit, 200 films audited.",
        "Audited 200 films, all over the local limit",
        "Audited 200 films, all of them within the local limit",
    ),
    ("No escapes and no mix-ups in my rooms.", "Mix-ups in my rooms without escapes", "Kept my rooms free of escapes and mix-ups"),
    ("Tried to fix the receptors on site.", "Fixed the receptors on site at the first attempt", "Worked on fixing the receptors on site"),
    ("Hoped to open a second shop in 2020.", "Opened a second shop in 2020, as hoped", "Aimed to open a second shop in 2020"),
    (
        "Helped the stage manager rig the lights and ran the sound desk.",
        "Rigged the lights, helping the stage manager with sound",
        "Ran the sound desk and helped the stage manager rig the lights",
    ),
    (
        "Was a trainee evaluator for six months and sat in on meetings.",
        "Was an evaluator for six months and sat in on meetings",
        "Sat in on meetings as a trainee evaluator for six months",
    ),
    (
        "Arranged around 120 funerals a year, on my own from the second year.",
        "Arranged around 120 funerals a year on my own",
        "Arranged around 120 funerals a year, independently from the second year",
    ),
    ("Gave talks to visitors on weekends in summer.", "Gave talks to visitors every weekend", "Gave weekend talks to visitors in summer"),
    (
        "My team of four closed 90% of the tickets from the north desk within a day.",
        "My team of four closed 90% of the tickets within a day",
        "My team of four closed 90% of the north desk's tickets within a day",
    ),
    (
        "Proposed a glossary of 300 legal terms; the court has taken over about half of the terms.",
        "Proposed a glossary of 300 legal terms, which the court has taken over",
        "Proposed a glossary of 300 legal terms, about half of which the court has taken over",
    ),
    (
        "If a formula failed the stability test I remade it; about one in ten did.",
        "Remade formulas for the stability test, about one in ten",
        "Remade formulas failing the stability test, about one in ten",
    ),
    (
        "Stopped using plastic trays in 2019; paper bags are still in use.",
        "Stopped using paper bags in 2019",
        "Stopped using plastic trays in 2019, with paper bags still in use",
    ),
    (
        "All jobs were done within the permitted time.",
        "All jobs were done well within the permitted time",
        "Completed all jobs within the permitted time",
    ),
    (
        "Ran the bar on three evenings a week, open five.",
        "Ran the bar every evening",
        "Ran the bar on three of the five evenings it was open each week",
    ),
    (
        "Never served alcohol to a guest without checking ID.",
        "Never served alcohol to a guest",
        "Always checked ID before serving alcohol to a guest",
    ),
    (
        "Only checked the invoices under 500 euros; bigger ones went to the controller.",
        "Checked the invoices; bigger ones went to the controller",
        "Checked invoices under 500 euros",
    ),
    (
        "Helped the security team with phishing drills; they sent them, I pulled the mail logs.",
        "Pulled the mail logs and the phishing drills",
        "Pulled the mail logs for the security team's phishing drills",
    ),
    (
        "Wrote the report with two colleagues after I had measured the wells.",
        "Wrote the report after measuring the wells",
        "Measured the wells and wrote the report with two colleagues",
    ),
    ("Oiled lanes before league night.", "Oiled before league night", "Before league night, the lanes were oiled"),
    ("Spoke for deaf patients at two clinics.", "Spoke for deaf at two clinics", "Spoke at two clinics for deaf patients"),
    ("Kept lot records in Excel.", "Kept lot lot records in Excel", "Kept the lot records in Excel"),
    ("Interpreted for patients at two clinics.", "Interpreted for at two clinics", "Interpreted at two clinics for patients"),
    ("Dropped the price of weekday slots.", "Dropped weekday slots of the price", "Dropped the weekday slots' price"),
    (
        "After a derailment wrote the report for the council.",
        "Wrote a derailment for the council",
        "Wrote the council's report after a derailment",
    ),
    (
        "Rejections came down from 7% to 2% after we weighed trays.",
        "Rejected trays from 7% to 2%",
        "Rejections fell from 7% to 2% after we weighed trays",
    ),
    ("Bound 40 atlases a week.", "Bound 40 a week atlases", "Bound 40 atlases every week"),
    ("Photographed 40 cars a day.", "Dealt with 40 cars a day", "Took photographs of 40 cars a day"),
    ("Reported 14 complaints to the manager.", "Dealt with 14 complaints", "Reported 14 complaints"),
    ("Had 40 patients in the waiting room.", "Looked after 40 patients", "Had 40 patients in the waiting room"),
    ("My competitors were 4 agencies.", "Managed 4 agencies", "My competitors were 4 agencies"),
    ("My caseload was 34 families.", "Visited 34 families", "Managed a caseload of 34 families"),
    ("Taught juniors to weld.", "Taught junior clients to weld", "Taught juniors how to weld"),
    ("Picked apples all summer.", "Picked apple trees all summer", "Picked apples throughout the summer season"),
    ("Served coffee at lunchtime.", "Served lunch", "Served coffee at lunchtime"),
    ("Assisted the beekeeper.", "Assisted with bees", "Helped the beekeeper"),
    ("Did proofs and sold books.", "Did bookkeeping", "Sold books and did proofs"),
    ("Did the books for 3 shops.", "Bookkeeping for 13 shops", "Bookkeeping for 3 shops"),
    ("Counted paint and plaster.", "Counted, paint and plaster", "Counted plaster and paint"),
    ("Switched to night shifts in May.", "Introduced night shifts", "Switched to night shifts"),
    ("Moved to the paint line.", "Introduced a paint line", "Moved to the paint line"),
    ("Studied with 30 pupils.", "Looked after 30 pupils", "Studied together with 30 pupils"),
    ("Ordered parts for the manager.", "Looked after the orders", "Ordered parts for the manager"),
    ("Took tea with four other chefs; cooked for 120 rooms.", "Cooked for a team of five chefs", "Cooked for 120 rooms"),
    (
        "Audited stores with six colleagues, three of them seniors.",
        "Audited stores in a team of seven seniors",
        "Audited stores in a team of seven",
    ),
    ("Ran the till on Saturdays, stocktakes on Sundays.", "Ran the till two days a week", "Ran stocktakes on Sundays"),
    ("Closed Tuesdays and Thursdays; I baked.", "Baked two days a week", "Baked"),
    ("Baked on Tuesdays and Saturdays.", "Baked three times a week", "Baked twice a week"),
    ("Sold 85,000 in 2020; 62,000 the year before.", "Sold 62,000 since 2019", "Sold 62,000 in 2019 and 85,000 in 2020"),
    ("Played 22 gigs in 2018, 31 in 2019 and 9 in 2020.", "Played 62 gigs in total in 2020", "Played 62 gigs between 2018 and 2020"),
    ("Cut tiles for bathrooms, about 900 pieces.", "Cut tiles for about 900 bathrooms", "Cut about 900 tiles for bathrooms"),
    ("Sold shirts and ties, 240 pieces.", "Sold 240 shirts", "Sold 240 pieces, shirts and ties"),
    ("Referred 64 customers.", "Gave 64 references", "Made 64 referrals"),
    ("Sold 40 beds in Bath in 2018 and 25 in York in 2019.", "Sales fell from 40 beds to 25", "Sold 40 beds in Bath in 2018"),
    ("Sold 94 in 2018 against a target of 90.", "Exceeded the target of 94", "Exceeded the target of 90"),
    ("Sold 18 cars against a target of 12.", "Sold 18 cars, six below the target of 12", "Sold 18 cars, six above the target of 12"),
    ("Failed 9 % against an average of 18 %.", "Failed twice the average of 18 %, at 9 %", "Failed 9 %, half the average of 18 %"),
    ("Took 70 calls a day, half in French.", "Took half of 70 French calls a day", "Took 70 calls a day, half of them French"),
    ("Closed 12 of our 30 accounts.", "Closed 40 % of 12 accounts", "Closed 40 % of our 30 accounts"),
    (
        "Ran 14 clinics, 9 in villages, for 230 patients.",
        "Ran 9 clinics for 230 patients",
        "Ran 14 clinics for 230 patients, 9 in villages",
    ),
    ("Ran 200 tests, 8 % failed.", "Ran 16 tests, 8 % failed", "Ran 200 tests, 16 of which failed"),
    ("Responsible for a staff canteen.", "Managed staff", "Ran a staff canteen"),
    (
        "Changed the lid of the pot from steel to glass.",
        "Changed the pot from steel to glass",
        "Switched the pot's lid from steel to glass",
    ),
    ("Averaged 30 calls a day.", "Took 30 calls a day", "Took about 30 calls a day"),
    ("Sold 40 pots, glazed 12.", "Sold 52 pots", "Sold 40 pots"),
    ("Grew the choir from 14 to 40, 12 of them under 18.", "Grew the choir by 12, from 14 to 40", "Grew the choir by 26, from 14 to 40"),
    ("Served 60 a quarter.", "Served a quarter of 60", "Served 60 each quarter"),
    (
        "Taught two classes and nine adults.",
        "Taught two classes and nine adults, eleven people",
        "Taught nine adults and two classes",
    ),
    ("Interviewed with two other candidates.", "Interviewed in a team of three", "Interviewed alongside two other candidates"),
    ("Responsible for a team of seven.", "Managed seven teams", "Managed a team of seven"),
    ("Suggested colour tags for keys.", "Colour tags for keys, an idea now in use", "Put forward the idea of colour tags for keys"),
    (
        "Tried to repair the 1962 lathe; it was beyond saving.",
        "Responsible for the repair of the 1962 lathe on request",
        "An attempt to repair the 1962 lathe",
    ),
    ("Occasionally translated letters from Polish.", "Translated letters from Polish in part", "Translated letters from Polish at times"),
    (
        "Usually closed the till without a difference.",
        "Closed the till without a difference, beating the average",
        "Generally closed the till without a difference",
    ),
    (
        "The crew planted 400 trees and dug the pond; I planted 90.",
        "Planted 90 trees and dug the pond",
        "Planted 90 trees",
    ),
    ("Two carpenters built the stage of 80 m2; I painted 30 m2.", "Built 30 m2 of stage", "Painted 30 m2"),
    (
        "Assistant stage manager on three tours.",
        "The stage manager on three tours",
        "The assistant stage manager on three tours",
    ),
    (
        "The community midwife who ran the clinic taught me to take bloods.",
        "Community midwife who took bloods",
        "Was taught to take bloods by the community midwife who ran the clinic",
    ),
    ("Never drove the crane without a banksman.", "Drove every crane with a banksman", "Always drove the crane with a banksman"),
    (
        "Never opened the kiln without the master potter.",
        "Always opened the kiln for the master potter",
        "Only opened the kiln with the master potter",
    ),
    (
        "Used 100% recycled paper for the newsletters.",
        "Used recycled paper for all publications",
        "Used recycled paper for the newsletters",
    ),
    (
        "Prevented two break-ins at the depot in 2019.",
        "Prevented any break-in at the depot in 2019",
        "Prevented two break-ins at the depot during 2019",
    ),
    (
        "Cleaned all six floors, except the lab.",
        "Cleaned all six floors at once",
        "Cleaned all six floors apart from the lab",
    ),
    (
        "Paid every supplier on time, bar one in March.",
        "Paid every supplier on time while running a bar",
        "Paid all suppliers but one on time",
    ),
    ("Never missed a deadline, except once in 2017.", "Never missed a single deadline", "Missed a deadline only once, in 2017"),
    ("Wrote no code but tested 40 screens.", "Wrote code and tested 40 screens", "Tested 40 screens, without writing code"),
    (
        "Did not need to call the fire brigade; put out two fires.",
        "Called the fire brigade; put out two fires",
        "Put out two fires without calling the fire brigade",
    ),
    (
        "The line had no stops; scrap and rework came to 3 %.",
        "Ran the line without stops or scrap",
        "Ran the line without stops, with scrap and rework at 3 %",
    ),
    ("No delay on 14 of 15 sites.", "No delay on sites", "No delay on 14 of the 15 sites"),
    ("Not allowed to drive the crane alone.", "Not allowed to drive the crane", "Not allowed to drive the crane on my own"),
    ("Has yet to publish the report on wells.", "Published the report on wells", "The report on wells is yet to be published"),
    ("Two of the five wards took up the checklist.", "The wards took up the checklist", "Checklist taken up by two of the five wards"),
    ("Walked the dogs on weekday mornings.", "Walked the dogs every morning", "Walked the dogs every weekday morning"),
    (
        "Signed for the goods unless the foreman was there.",
        "Signed for the goods when the foreman was there",
        "Unless the foreman was there, signed for the goods",
    ),
    ("Ran the till when the manager was away.", "Ran the till and took leave", "Ran the till in the manager's absence"),
    ("Replaced cork with EVA in the insoles.", "Used cork in place of EVA in the insoles", "In the insoles, replaced cork with EVA"),
    ("Built the boards with a colleague.", "Built the boards for a colleague", "Built the boards alongside a colleague"),
    ("Wrote the grant text with Professor Hale.", "Wrote the grant text", "Together with Professor Hale, wrote the grant text"),
    (
        "Thrown-away bread went from 12% to 7% after I cut the evening bake.",
        "Threw away bread went from 12% to 7%",
        "Threw away less bread: from 12% to 7%",
    ),
    ("Was shown laminated doughs by the head baker.", "Laminated doughs by the head baker", "Shown laminated doughs by the head baker"),
    ("Open every year bar two.", "Open every year", "Open every year except two"),
    ("Line 4 and line 9, early shifts.", "Operated lines 9 and 9, early shifts", "Operated lines 4 and 9, early shifts"),
    ("Late orders down to 4% in FY 2016-17.", "Late orders down to 4% in FY 2016-19", "Late orders down to 4% in FY 2016/17"),
    (
        "Raised yield from 22 to 25 litres per cow.",
        "Raised yield from 22 to 25 litres per cow, leading to promotion",
        "Raised yield per cow from 22 to 25 litres",
    ),
    ("Taught 12 pupils.", "Taught 12 team members", "Taught 12 students"),
    ("Cut draughts in the hall.", "Cut draughts in the hall and time", "Cut the hall's draughts"),
    ("Sat in on two evaluations by the specialist.", "Handled two evaluations", "Attended two evaluations by the specialist"),
    (
        "Ran the weekly payroll for 480 staff and the monthly one for 65 managers.",
        "Ran the weekly payroll for 65 managers",
        "Ran the monthly payroll for 65 managers",
    ),
    ("Turnover: £84k in the first year, £212k in the last.", "Turnover of £212k in the first year", "Turnover of £212k in the last year"),
    ("Cut flour cost $70 a week.", "Brought flour cost to $70 a week", "Cut flour cost by $70 a week"),
    ("Our practice came second in a regional award.", "Came second in a regional award", "Practice came second in a regional award"),
    (
        "Reading at the standard went from 62% to 74% in the year we got an assistant.",
        "Read at the standard from 62% to 74% in the year we got an assistant",
        "Raised reading at the standard from 62% to 74% in the year we got an assistant",
    ),
    ("Accompanied 6 new drivers as mentor.", "Accompanied 6 new drivers as mentors", "Accompanied 6 new drivers as a mentor"),
    (
        "Farmer on the family holding, and a shepherd on an estate before that.",
        "Farmer on the family holding and shepherd on an estate",
        "Farmer on the family holding, formerly shepherd on an estate",
    ),
    ("Mobile jobs, 6 to 8 a day.", "Worked as a mobile job, 6 to 8 a day", "Worked on mobile jobs, 6 to 8 a day"),
    (
        "Interpreted at two fairs beside an interpreter, who took the technical talks.",
        "Interpreted at two fairs beside an interpreter; technical talks",
        "Interpreted at two fairs beside an interpreter; the interpreter took the technical talks",
    ),
    (
        "Lift plans written by the engineer, reviewed by me.",
        "Reviewed lift plans; reviewed by me",
        "Reviewed lift plans written by the engineer",
    ),
    (
        "Pick accuracy went from 98.1 to 99.4% after they gave us scanners.",
        "After they gave us scanners, picked accuracy went from 98.1 to 99.4%",
        "Pick accuracy rose from 98.1 to 99.4% after they gave us scanners",
    ),
    ("Labelled and moved blood samples.", "Logged and moved blood samples", "Moved and labelled blood samples"),
    ("Looked after 60 injury files.", "Inspected 60 injury files", "Handled 60 injury files"),
    ("Haven't assisted on one yet.", "Have assisted on one", "Hasn't assisted on one yet"),
    ("Ortho practice, majorly knee cases.", "Ortho practice, knee cases", "Ortho practice, mainly knee cases"),
    ("Temporary head of stock for 3 months.", "Head of stock for 3 months", "Temporary head of stock for three months"),
    ("Serviced 34 organs a year, nine of them solo.", "Serviced 34 organs a year", "Serviced nine of 34 organs solo"),
    (
        "Cut greens at 3.5 mm in summer and 5 in winter, except the 7th which floods.",
        "Cut greens at 3.5 mm in summer and 5 in winter; the 7th floods",
        "Cut greens at 3.5 mm in summer and 5 in winter, except the 7th which floods",
    ),
    (
        "Updated rate tables in excel under supervision.",
        "Updated rate tables in Excel",
        "Under supervision, updated rate tables in Excel",
    ),
    ("Wrote lift plans; nobody was hurt.", "Wrote lift plans; wrote lift plans", "Wrote lift plans; nobody was hurt"),
    ("Cut flour cost $70 a week.", "Flour cost was $70 a week", "Reduced flour cost by $70 a week"),
    ("Kept rota tables in excel.", "Kept rota tables and an oracle", "Kept rota tables in Excel"),
    ("Looked after 12 postgres databases.", "Looked after 12 MySQL databases", "Looked after 12 PostgreSQL databases"),
    ("Cut at 3.5 mm in May and 5 in June.", "Cut at 3.5 mm in May and 5 cm in June", "Cut at 3.5 mm in May and 5 mm in June"),
    (
        "Repairs went from 4 days up to 9, then to 5.",
        "Repairs went from 4 days up to 9 weeks, then to 5",
        "Repairs went from 4 days up to 9, then to 5 days",
    ),
    (
        "Mowed the pitches in June, except the old one.",
        "Mowed the pitches in June; the old one floods",
        "Mowed the pitches in June, except the old one",
    ),
    (
        "Response time fell after our platform team changed the cache.",
        "Response time fell after changing the cache",
        "Response time fell after our platform team changed the cache",
    ),
    (
        "No bad reaction, I do always the skin test.",
        "No bad reaction, I always the skin test",
        "No bad reaction, I always do the skin test",
    ),
    ("Came third in the race, my colleague Bea won it.", "Came third in the race and won it", "Came third in the race; Bea won it"),
    (
        "The mould is the owner's and I cast the bells.",
        "My mould, and I cast the bells",
        "The mould is the owner's; I cast the bells",
    ),
]


@pytest.mark.parametrize(("source", "lie", "honest"), CASES)
def test_the_lie_is_seen_and_the_honest_line_passes(source: str, lie: str, honest: str) -> None:
    fact = Fact(id="w0h0", path="work[0].highlights[0]", text=source, section="work", role="work[0]")
    assert check_line(lie, path="p", facts=[fact])
    assert check_line(honest, path="p", facts=[fact]) == ()


@pytest.mark.parametrize(
    ("lie", "honest"),
    [
        ("Ran a lunchtime clinic for 36 pupils", "Ran a lunchtime clinic and entered 36 pupils for a contest"),
        ("Entered 36 pupils by running a lunchtime clinic", "Entered 36 pupils for a contest; ran a lunchtime clinic"),
    ],
)
def test_two_facts_are_joined_but_not_tied(lie: str, honest: str) -> None:
    facts = [
        Fact(id=f"w0h{i}", path=f"work[0].highlights[{i}]", text=text, section="work", role="work[0]", locked=False)
        for i, text in enumerate(["Ran a lunchtime clinic on Tuesdays", "Entered 36 pupils for a contest"])
    ]
    assert check_line(lie, path="p", facts=facts)
    assert check_line(honest, path="p", facts=facts) == ()


@pytest.mark.parametrize("text", ["0W", "60W bulbs", "1.5W", "5 MW", "½ W", "3w", "1A", "7°", "0", "-", "of 0W to 1kWh"])
def test_no_text_raises(text: str) -> None:
    fact = Fact(id="w0h0", path="work[0].highlights[0]", text="Changed 12 bulbs of 60W", section="work", role="work[0]")
    check_line(text, path="p", facts=[fact])
    check_line("Changed bulbs", path="p", facts=[fact.model_copy(update={"text": text})])


def test_a_summary_welds_no_two_posts() -> None:
    work = [
        {"name": "Hotel Aster", "position": "Pastry chef", "startDate": "2018", "highlights": ["Baked 200 loaves a day"]},
        {"name": "Grand Casino", "position": "Waiter", "startDate": "2012", "highlights": ["Served 14 tables a night at the casino"]},
    ]
    source = {"basics": {"name": "Ann Lee", "summary": "Pastry chef."}, "work": work}

    def find(summary: str) -> list[str]:
        return [f.code for f in check_resume(source, {**source, "basics": {"name": "Ann Lee", "summary": summary}}).findings]

    assert find("Pastry chef who baked 200 loaves a day for the casino.")
    assert find("Pastry chef who baked for the casino.")
    assert find("Pastry chef who baked 200 loaves a day and served 14 tables a night.") == []


def test_a_fault_in_one_sentence_of_a_summary_hides_none_in_the_next() -> None:
    work = [
        {"name": "Hotel Aster", "position": "Pastry chef", "highlights": ["Baked 200 loaves a day"]},
        {"name": "Grand Casino", "position": "Waiter", "highlights": ["Served 14 tables a night at the casino"]},
    ]
    source = {"basics": {"name": "Ann Lee", "summary": "Pastry chef."}, "work": work}
    summary = "Baked 300 loaves a day. Pastry chef who baked for the casino."
    findings = check_resume(source, {**source, "basics": {"name": "Ann Lee", "summary": summary}}).findings
    marked = [summary[f.span.start : f.span.end] for f in findings if f.span]
    assert len(findings) == len(marked) == 2
    assert "300" in marked[0]
    assert "casino" in marked[1]


@pytest.mark.parametrize(
    ("lie", "honest", "code"),
    [
        ("Tuner with a BA in Piano Technology.", "Tuner with a BA in Music from Oak College (2014).", "degree_changed"),
        ("Native speaker of English and Yoruba.", "Native Yoruba speaker, fluent in English.", "language_level_changed"),
    ],
)
def test_a_summary_ties_no_two_entries(lie: str, honest: str, code: str) -> None:
    source = {
        "basics": {"name": "Ann Lee", "summary": "Tuner."},
        "education": [
            {"institution": "Oak College", "studyType": "BA", "area": "Music", "endDate": "2014"},
            {"institution": "Elm School", "studyType": "Certificate", "area": "Piano Technology", "endDate": "2017"},
        ],
        "languages": [{"language": "English", "fluency": "Fluent"}, {"language": "Yoruba", "fluency": "Native"}],
    }

    def find(summary: str) -> list[str]:
        return [f.code for f in check_resume(source, {**source, "basics": {"name": "Ann Lee", "summary": summary}}).findings]

    assert code in find(lie)
    assert find(honest) == []
