"""Kinds of acts: verbs that report one act on one object in the words of different trades; and words for what any line has.

A line's verb may stand for a verb of its kind only where both are done to the same thing (`acts.py` looks). Kinds are wider than
the families of `verbs.py`, and hold no verb of rank (led, managed people), of invention (invented, founded) or of sole credit.
"""

from __future__ import annotations

KINDS = """
write author draft compose pen prepare produce create develop compile generate document formulate craft script word assemble put-together edit type
record enter log register post input key book capture chart document file note track maintain process transcribe
cut reduce lower decrease shorten trim shrink drop slash bring-down halve accelerate speed-up quicken improve optimize streamline curb
raise increase grow boost lift improve expand enhance strengthen drive-up elevate push
move migrate transfer port convert transition shift relocate switch split transform rehost replatform break
check inspect review examine verify test monitor control assess survey evaluate screen confirm test
find diagnose troubleshoot locate trace identify detect investigate spot discover pinpoint isolate uncover
fix repair resolve correct mend rectify remedy service overhaul refurbish recondition troubleshoot patch restore
teach train coach instruct tutor educate show guide onboard orient orientate familiarize acquaint introduce brief induct upskill walk support
plan coordinate schedule arrange organize prepare time agree align synchronize
dress bandage care treat tend attend administer give provide change deliver manage
run operate use man staff work handle tend mind
run analyze test measure process examine evaluate assay perform
try test pilot trial
write send email issue publish distribute produce circulate mail dispatch
drive operate haul transport deliver travel cover run
photograph shoot capture film record produce
keep maintain clean tidy organize look-after preserve sustain store manage care upkeep
hire recruit employ engage appoint book source staff
sell market promote upsell pitch retail
answer respond handle field deal process manage resolve take reply address serve settle
install fit mount lay wire connect set-up assemble hang place
build make construct fabricate assemble weld produce create manufacture develop
cook prepare make bake grill fry roast prep serve plate produce
count tally inventory record check
help assist support aid back
order purchase buy procure source requisition
load unload pack stack store move carry lift handle
wash bathe clean
present deliver give speak lecture talk hold demonstrate
collect gather obtain take draw pick sample compile
translate interpret render convert
digitize scan convert computerize
add implement introduce create build set-up include incorporate
attend visit join participate
take attend watch
advise counsel consult guide recommend
calculate compute work-out estimate determine
open unlock start
serve wait attend host seat greet wait-on
negotiate agree secure obtain close arrange
replace swap change renew substitute
remove delete clear dispose eliminate drop strip discard
sort classify organize order arrange categorize file
monitor watch observe track check follow
report tell inform notify flag communicate escalate raise present
submit file lodge send hand-in apply
chase pursue follow-up
pay settle process remit disburse
cover fill-in stand-in deputize substitute relieve
introduce implement launch roll-out start establish bring-in adopt set-up institute create initiate
mark grade assess correct score
weigh measure portion
cut saw trim slice
calm de-escalate resolve settle mediate defuse
restock replenish fill stock refill top-up
complete finish finalize deliver perform pass
save reclaim free spare recover
extend expand enlarge broaden
update revise maintain edit amend refresh
host hold run organize stage put-on
work collaborate partner cooperate liaise coordinate
ask interview survey question poll
escort accompany transport walk take
guard patrol protect secure watch monitor
bill invoice charge
reconcile balance match square tie
tutor teach support
test validate verify
care look-after tend nurse
hand give pass deliver issue
type enter key
coat paint spray apply
use apply employ work utilize operate
bring carry deliver
change adjust modify alter
keep hold retain preserve
come visit attend
play perform
need require
meet interview consult
supply provide deliver furnish
go travel drive
clear remove unblock
fill complete
put place set position
look search check
sew stitch make
dig excavate
feed water tend
set adjust calibrate configure
""".strip()

PLAIN = frozenset(
    """run operate perform conduct provide deliver handle do carry-out work complete administer serve maintain record cover give achieve make
    execute undertake use keep log attain hold have take produce prepare experience see report cook teach treat play""".split()
)
"""Verbs that a statement without a verb (*grill station, 120 covers*) may take: they say only that it was done."""

GENERIC = frozenset(
    """process system service activity operation procedure runtime time response performance level data information record document
    documentation form format software application tool technology platform environment program work job task duty function area matter
    issue case request session event exercise practice method technique approach figure metric result outcome volume number quantity amount
    use usage purpose need requirement standard setup structure side field subject item material product equipment machinery machine
    campaign initiative project effort endeavor run cycle phase stage period length duration cost order position role capacity station
    check paperwork content copy piece unit attainment delivery provision handling hour interval run-time latency team range""".split()
)
"""Nouns that add nothing behind a noun of the source: *the billing job's runtime*, *Sage software*."""

MODIFIERS = frozenset("data work job required necessary relevant respective given own said overall".split())
"""Words that add nothing before a noun of the source."""

IDIOMS = (
    "in line with", "in accordance with", "in keeping with", "as per", "in order to", "with the use of", "by means of", "on the basis of", "in addition to",
    "on a basis", "in the form of", "in terms of", "in the process of", "at the time of", "on top of", "in the course of", "at a rate of", "with a total of",
    "attended by", "made up of", "consisting of", "on a daily basis", "on a weekly basis", "on a monthly basis", "in a row", "in succession", "for the purpose of",
    "a period of", "per cent of", "the equivalent of", "as well as", "such as", "as measured by", "a record of", "over the span of", "across the span of", "in response to",
)  # fmt: skip
"""Phrases that carry no claim of their own; a word inside them needs no source."""

AGENTS = frozenset(
    """mentor coach tutor author co-author coauthor editor trainer instructor facilitator translator interpreter photographer seller writer taker
    cook driver teacher tester reviewer observer contributor helper assistant supporter user reader caller keeper recorder organizer planner
    presenter speaker player""".split()
)
"""Nouns for who does an act, which claim no more than its verb: *served as mentor to* for *mentored*."""

HYPERNYMS = """
database: postgres postgresql mysql mariadb oracle mongodb sqlite redis cassandra dynamodb snowflake bigquery redshift mssql sql
cloud: aws azure gcp ec2 s3 lambda heroku
spreadsheet: excel
crm: salesforce hubspot dynamics zoho pipedrive
erp: sap netsuite odoo
vehicle: car truck lorry van bus tractor forklift ambulance trailer coach minibus motorcycle hgv tanker
truck: hgv lorry
animal: dog cat horse cow sheep pig cattle
software: sage quickbooks xero excel autocad revit solidworks photoshop illustrator indesign sap salesforce hubspot jira matlab sas spss stata tally epic cerner dentrix powerpoint word outlook
clinician: nurse doctor physician
nursing: nurse rn lpn
medication: antibiotic insulin vaccine heparin opioid analgesic
equipment: machine forklift crane lathe press grill oven fryer scanner ventilator pump mill autoclave
machinery: lathe press forklift crane mill tractor excavator
instrument: hplc spectrometer microscope
document: report letter contract invoice brief memo minutes statement will deed agreement manual guide runbook specification
documentation: report manual guide runbook handbook
publication: paper article book
drink: coffee tea wine beer cocktail
metal: steel aluminum copper stainless
latency: p95 p99 p50
percentile: p95 p99 p50
data: record result measurement figure sample
event: fair conference wedding concert festival workshop party
analysis: analyze hplc lc-ms
employee: colleague staff
instruction: teach lesson course
lesson: teach
class: teach
hearing: court
venue: hotel hall theater stadium
meal: breakfast lunch dinner cover
register: till
workplace: office plant factory warehouse
electrical: wiring wire electrician
appointment: booking
""".strip()
"""A noun before the colon may stand for those after it, because it says less; never the other way."""
