"""Kinds of acts: verbs that report one act on one object in the words of different trades; and words for what any line has.

A line's verb may stand for a verb of its kind only where both are done to the same thing (`acts.py` looks). Kinds are wider than
the families of `verbs.py`, and hold no verb of rank (led, managed people), of invention (invented, founded) or of sole credit.
"""

from __future__ import annotations

KINDS = """
redesign redraw rework revamp restructure rebuild remodel
administer manage look-after maintain run support host
purge clean scrub clear delete remove cleanse
escalate take raise refer forward bring
retain keep preserve save
halt stop suspend pause interrupt quit
equip stock furnish supply outfit
soothe comfort calm settle
hand-out deliver issue distribute
dispatch ship send
progress move-up advance rise
buy source purchase procure order get
rate score mark grade
speak present talk lecture
speak talk converse communicate chat
win gain add bring-in
save free-up
host run moderate present lead
draft write draw-up prepare create
grow expand build develop extend
cut trim reduce shave lower shrink
clear settle pay resolve
rescue save recover
map chart survey plot
model simulate calculate
tune adjust optimize set calibrate refine
accelerate speed-up shorten cut reduce
free release save
enforce apply implement
curate select choose organize arrange
broker negotiate arrange agree
pitch sell present propose
vet check screen review
move switch swap change convert migrate transfer
sit take appear attend write undertake pass
staff man cover answer operate run attend
obtain gain earn pass get receive attain achieve complete secure
accompany join ride-along go follow shadow travel
observe sit-in attend watch witness
screen show air broadcast present exhibit
supervise watch monitor guard oversee
challenge question contest dispute oppose push-back object resist query
convince persuade get win-over talk-into prevail
pair match couple combine group team
condense shorten cut reduce abridge rewrite trim compress
relocate move transfer shift transport
swap replace convert change exchange switch substitute
revise change edit alter update rework modify
adopt take-up use introduce accept embrace choose
lend loan second
recoup recover earn-back pay-back
praise commend compliment thank
nominate shortlist propose
photograph shoot take
release publish come-out launch issue ship bring-out
author write make create compile
log note write-down record jot
sign-off approve clear
look-into investigate explore examine study research
put-on organize hold stage run arrange
draw attract bring pull
lead guide give take show run
put-up install erect hang mount fix
take-down dismantle remove strike
hand-out distribute give issue pass
turn-around rescue rebuild recover
step-in cover substitute stand-in deputize
sort-out resolve fix settle clear organize tidy
work-out calculate devise determine figure-out
draw-up prepare draft write compile
pick-up collect learn fetch gather
drop-off deliver leave
show-around guide tour lead
talk-through explain present discuss
ring phone call telephone
see meet treat examine receive
bring raise introduce reduce
reroute divert redirect
log-in enter
top-up refill replenish add
wind-up close finish
sow plant seed
lift raise hoist move place
lay place put set install
rack store stack
adapt adjust tailor modify customize
translate render put
cast form mold
tend nurse look-after care
raise rear bring-up grow
tow haul pull
steer drive navigate pilot
flag report raise notify point-out warn alert highlight
notify alert warn inform tell
liaise work coordinate cooperate talk
prompt cause lead trigger
account make-up represent form constitute
search look hunt seek
source find obtain procure locate buy identify
choose pick select opt
compare set match contrast
explain show describe clarify
describe explain outline detail write
deputize stand-in cover fill-in act
shelve drop abandon
scrap drop discard abandon cancel
begin start open launch
reopen restart resume
move go shift change
visit call see go tour
gut clean
seat accommodate
house accommodate
host house
feed cater serve
rig set-up install hang
focus aim adjust
dispatch send control direct
control direct manage regulate
tabulate list table
chair run lead
moderate chair run
register enrol sign-up enter record
appraise value assess
write author draft compose pen prepare produce create develop compile generate document formulate craft script word assemble put-together edit type
record enter log register post input key book capture chart document file note track maintain process transcribe
cut reduce lower decrease shorten trim shrink drop slash bring-down halve accelerate speed-up quicken improve optimize streamline curb
raise increase grow boost lift improve expand enhance strengthen drive-up elevate push
move migrate transfer port convert transition shift relocate switch split transform rehost replatform break
check inspect review examine verify test monitor control assess survey evaluate screen confirm test
find diagnose troubleshoot locate trace identify detect spot discover pinpoint isolate uncover
fix repair resolve correct mend rectify remedy service overhaul refurbish recondition troubleshoot patch restore
teach train coach instruct tutor educate show guide onboard orient orientate familiarize acquaint introduce brief induct upskill walk support
plan coordinate schedule arrange organize prepare time agree align synchronize
dress bandage care treat tend attend administer give provide change deliver manage
run operate use man staff work handle tend mind
run analyze test measure process examine evaluate assay perform
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
load pack stack store move carry lift handle
unload move carry lift handle
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
hand give pass deliver issue
type enter key
coat paint spray apply
use apply employ work utilize operate
bring carry deliver
keep hold retain preserve
come visit attend
supply provide deliver furnish
go travel drive
clear remove unblock
look search check
sew stitch make
set adjust calibrate configure
replace migrate switch change
keep meet observe hold
give provide deliver offer
raise submit ask put file lodge open issue log pose
photograph document capture record
document record write keep note
cover report write produce work
share present report communicate show deliver circulate
take host accept receive welcome supervise mentor
communicate inform explain discuss talk report relay
use apply provide perform give
assist support guide aid
iron press
tidy organize arrange clean
polish shine clean
peel chop cut prepare slice dice
taste check
mix prepare combine
serve wait deliver present provide
bus clear clean
take record note receive handle
ring process handle
scan process check
bag pack
shelve stock replenish restock arrange fill
count check inventory verify
pick select collect pack process fulfil assemble
pack box wrap package prepare
load fill stack
deliver transport bring drive drop distribute
unload empty offload
park store
tow recover transport
fuel refuel
change replace swap renew fit
rotate swap
repair service fix maintain mend
service maintain repair overhaul
strip dismantle disassemble
rebuild overhaul restore reconstruct recondition
weld join fabricate fuse
solder join
bend shape form
cut saw machine shape
grind finish smooth dress
machine mill turn produce cut
lathe turn machine
assemble build fit construct put-together
wire cable connect install
pull lay run
terminate connect
test check verify commission inspect
pour cast lay place
dig excavate trench
lay place install build put-down
plaster render skim
paint decorate coat finish
tile lay
roof cover
survey measure inspect map
set-out mark
draw draft sketch produce
model simulate draw
estimate price quote
schedule plan roster rota program arrange organize
teach instruct educate deliver train tutor
mark grade assess score evaluate
explain teach clarify present demonstrate
read interpret follow study
tell inform read
coach train mentor guide teach
organize run arrange coordinate hold host plan
run organize lead deliver hold host teach coordinate manage
invigilate supervise
meet talk consult
visit attend see call-on
inject administer give
give administer provide deliver dispense
monitor observe check measure record track watch
hand-over transfer report brief
admit register receive
lift move transfer
feed assist
bathe wash assist
refer send direct forward
review examine check assess evaluate audit read proofread
audit check examine review inspect
reconcile balance match check square
invoice bill process
chase pursue follow-up collect
collect recover gather receive
file submit lodge archive organize store
type transcribe enter write
resolve settle solve handle fix close answer
escalate refer raise forward
open create set-up register start
close complete finish finalize
pitch present sell
visit meet
negotiate agree bargain discuss arrange
lose shed
advise consult guide counsel inform support help
edit revise proofread correct
proofread check edit correct review
publish issue release post
post publish upload share
redesign rework revamp rebuild
code write develop program build
build create develop write construct implement make
implement build introduce deploy set-up roll-out write add
deploy release ship install roll-out launch
release ship deploy publish launch
refactor restructure rewrite rework clean-up
rewrite rework rebuild redo
fix solve repair resolve correct debug
debug fix troubleshoot resolve
automate script mechanize
script write automate code
configure set-up install set
set-up install configure establish create build arrange prepare organize launch start
document write record describe
query analyze search
analyze study examine evaluate review investigate assess interpret
model analyze
clean prepare process
plot visualize chart graph
measure record quantify track assess test
sample collect take test
culture grow
sequence analyze read
run conduct carry-out perform do execute
purify isolate
prepare make ready set-up produce assemble
calibrate adjust set check
patrol guard monitor check walk
search check inspect
report document write record
stop prevent
plant sow set
harvest pick gather collect
prune trim cut
mow cut
alter adjust tailor
style dress cut
color dye
greet welcome receive meet
welcome receive greet host
book reserve arrange schedule
check-in register receive process
assign allocate delegate
cash balance close
close-out close balance
photograph shoot document
curate organize arrange select
restore repair conserve
conserve restore preserve
recruit hire attract enlist sign-up
interview meet screen
fundraise raise collect
raise collect generate
volunteer help serve
host run present
moderate lead run
present host speak
forecast predict project estimate
budget plan
map chart draw
fly pilot operate
sail operate navigate
load stow
moor dock
respond answer attend react
attend respond go
view show
show present demonstrate guide
win gain secure earn attract draw bring land get obtain receive acquire sign raise
notice flag spot catch find detect identify report discover see
pass forward send give hand relay submit provide route refer
rank place finish come
eliminate replace remove phase-out substitute swap switch exchange
dispense fill supply
offer provide give run
stay remain keep hold maintain
reach hit achieve attain get meet come
fund finance support pay
bring introduce deliver take provide
ensure keep make
spend invest use
brief inform update
gather hold collect
contact call phone reach email message ring liaise correspond communicate
schedule book arrange set
decorate dress arrange
enforce apply follow keep
demonstrate show present explain
grow plant raise
log record track count
line paint mark
publish write release author issue
judge mark assess
search trace locate
separate sort split divide
close shut end
power run drive
advertise promote post publish
defend represent
tell explain
plate present serve
""".strip()

PLAIN = frozenset(
    """run operate perform conduct provide deliver handle do carry-out work complete administer serve maintain record cover give achieve
    execute undertake use keep log attain hold have take experience see report attend undergo reach hit manage""".split()
)
"""Verbs that a statement without a verb (*grill station, 120 covers*) may take: they say only that it was done."""

SUPPORTING = PLAIN | frozenset(
    """produce create prepare develop make generate issue build write send hold offer obtain receive earn gain get secure put place
    reach hit run arrange organize stage""".split()
)
"""Verbs that may carry a noun made of the source's verb: *obtained clearance* for *cleared*, *ran a pilot* for *piloted*."""

RANKING = frozenset("rank rate score place finish".split())
"""Verbs that only join a place or a mark to whom it is of: *ranked second of 14*, *rated 4.6 out of 5*."""

MEASURING = frozenset("last span run take weigh measure total number amount represent account constitute worth equal".split())
"""Verbs that only join a number to its measure: *lasting four weeks*, *weighing 12 tonnes*."""

JOINING = frozenset(
    """ranging covering spanning featuring involving concerning supplied provided given held located situated placed called named entitled titled
    dating known owned arising occurring relating related belonging destined intended meant associated attached""".split()
)
"""Participles that, behind a noun, stand for a preposition: *measurements supplied by the foreman*, *offences ranging from theft*."""

GENERIC = frozenset(
    """process system service activity operation procedure runtime time response performance level data information record document
    documentation form format software application tool technology platform environment program work job task duty function area matter
    issue case request session event exercise practice method technique approach figure metric result outcome volume number quantity amount
    use usage purpose need requirement standard setup structure side field subject item material product equipment machinery machine
    campaign initiative project effort endeavor run cycle phase stage period length duration cost order position role capacity station
    check paperwork content copy piece unit attainment delivery provision handling hour interval run-time latency team range department section rotation rota guide side attempt total problem treatment flight campaign supervision guidance resolution checkup round""".split()
)
"""Nouns that add nothing behind a noun of the source: *the billing job's runtime*, *Sage software*."""

MODIFIERS = frozenset("data work job required necessary relevant respective given own said overall".split())
"""Words that add nothing before a noun of the source."""

IDIOMS = (
    "total value of", "combined value of", "a combined",
    "took care of", "taking care of", "take care of",
    "upwards of", "in excess of", "close to", "an estimated", "ca", "something like", "for the most part", "at a minimum", "at a maximum",
    "in line with", "in accordance with", "in keeping with", "as per", "in order to", "with the use of", "by means of", "on the basis of", "in addition to",
    "on a basis", "in the form of", "in terms of", "in the process of", "at the time of", "on top of", "in the course of", "at a rate of", "with a total of",
    "attended by", "made up of", "consisting of", "in a row", "in succession", "for the purpose of",
    "a period of", "per cent of", "the equivalent of", "as well as", "such as", "as measured by", "a record of", "maintained a record of", "kept a record of", "over the span of", "across the span of", "in response to", "to date", "so far", "takes place", "take place", "taking place", "took place", "subject to", "ahead of", "prior to", "or less",
    "played a part in", "played a role in", "playing a part in", "drawing on", "in place of", "in the place of", "on behalf of", "in exchange for", "in return for", "by way of", "with regard to", "in relation to",
    "in conjunction with", "in connection with", "in the event of", "in case of", "in front of", "on account of", "in respect of", "with respect to",
    "at the request of", "at the end of", "at the start of", "at the beginning of", "in between", "as a result", "in writing", "on average",
    "on site", "in person", "in use", "in time", "on time", "each other", "one another", "or fewer", "or more", "in use by", "in total", "at a time", "in the absence of", "with a view to", "on request", "by hand", "years old", "of age",
)  # fmt: skip
"""Phrases that carry no claim of their own; a word inside them needs no source."""

AGENTS = frozenset(
    """mentor coach tutor author co-author coauthor editor trainer instructor facilitator translator interpreter photographer seller writer taker
    cook driver teacher tester reviewer observer contributor helper assistant supporter user reader caller keeper recorder organizer planner
    presenter speaker player""".split()
)
"""Nouns for who does an act, which claim no more than its verb: *served as mentor to* for *mentored*."""

HYPERNYMS = """
ownership: own
meal: cook
automaker: maker
carmaker: maker
caseload: case
database: postgres postgresql mysql mariadb oracle mongodb sqlite redis cassandra dynamodb snowflake bigquery redshift mssql sql
cloud: aws azure gcp ec2 s3 lambda heroku
spreadsheet: excel
crm: salesforce hubspot dynamics zoho pipedrive
erp: sap netsuite odoo
vehicle: car truck lorry van bus tractor forklift ambulance trailer coach minibus motorcycle hgv tanker
fleet: truck lorry van car vehicle bus
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
teach: instructor teacher tutor
train: trainer instructor
instruct: instructor
coach: coach
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
