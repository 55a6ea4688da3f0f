"""Families of everyday resume verbs: an honest rewrite may swap one member of a line for another.

Each line is one family, base forms, names by its first verb; a verb may stand in several. Families are narrow on purpose:
*built* is not *architected*, *coordinated* is not *managed*, *helped* is no synonym of anything. `WIDER` is one-way: the
verb before the colon may stand for those after it, because it says less.
"""

from __future__ import annotations

FAMILIES = """
founded create establish set-up start launch form
release publish issue come-out
use consumption usage
plan design
rescue save recover
classify categorize sort group label split
author write
lead head direct manage run oversee supervise steer captain spearhead guide
manage run handle administer operate oversee
handle process manage treat field
coordinate organize arrange schedule plan orchestrate
plan prepare schedule map
raise increase grow boost lift expand improve enlarge up gain rise climb multiply heighten
reduce cut lower decrease trim shrink lessen minimize shorten drop slash curb fall decline bring-down drive-down diminish shave ease dip
improve enhance better strengthen refine optimize streamline upgrade polish
simplify streamline rationalize ease
build construct create develop make assemble produce engineer
develop create build write
write author draft compose pen prepare document
create establish set-up start found launch form
introduce implement launch roll-out bring-in put-in-place institute adopt deploy start
implement deploy install roll-out put-in-place set-up execute apply release ship
set-up establish install configure put-in-place arrange
install fit mount lay fix put-in
repair fix mend restore remedy service overhaul rectify
maintain service keep preserve look-after sustain upkeep
care look-after nurse tend attend treat
treat care manage
clean sanitize wash disinfect scrub tidy
inspect check examine review audit verify survey assess
check test verify validate confirm inspect ensure
test trial check try evaluate
assess evaluate appraise review rate judge gauge
review assess read check examine revise
analyze examine study investigate evaluate interpret assess
investigate research look-into probe study explore examine
find identify discover detect spot uncover locate pinpoint notice recognize
solve resolve settle fix troubleshoot address clear work-out sort-out
troubleshoot diagnose debug solve fix
diagnose identify detect
monitor track watch observe follow control check keep-track survey
measure gauge quantify record
record log document note register capture chart enter
report present inform brief tell communicate
present show demonstrate give deliver
teach train instruct educate coach school tutor show
mentor coach guide advise tutor
train coach teach onboard prepare upskill
advise counsel consult guide recommend
negotiate bargain agree secure broker
secure win obtain gain get earn acquire land receive
promote market advertise publicize
buy purchase procure source order acquire
order request purchase
supply provide deliver furnish issue
deliver provide supply give bring transport
give provide offer deliver supply grant hand
serve provide support attend assist
transport move haul carry deliver ship drive convey
operate run use work drive
move migrate transfer relocate shift port transition switch convert
convert change transform turn switch migrate
change alter modify adjust revise adapt update amend
update revise refresh renew modernize amend upgrade
rewrite redraft revise rework redo redesign
rebuild reconstruct redo remake restore redesign rework rewrite
redesign rework revamp restructure rebuild reorganize
restructure reorganize rearrange
replace substitute swap exchange change supersede
remove eliminate delete clear drop withdraw take-out scrap
eliminate end remove stop abolish
stop halt end cease prevent
prevent avoid avert stop
protect secure guard safeguard
automate mechanize
merge combine unite join consolidate integrate unify
integrate connect link join combine incorporate
collect gather compile assemble pull-together
compile assemble collect gather prepare put-together
prepare make ready compile produce complete
cook prepare make
bake make prepare
produce make generate manufacture create turn-out yield
manufacture make produce fabricate
generate bring-in produce create earn raise
save preserve spare economize
reconcile match balance square
calculate compute work-out determine reckon
estimate forecast project predict gauge
budget plan
file submit lodge
submit send file hand-in
answer respond reply field handle
handle answer field take
contact call phone reach
call phone telephone ring
meet satisfy fulfil achieve reach hit
reach achieve attain hit meet
achieve reach attain accomplish deliver
complete finish finalize conclude close accomplish
finish complete end close
start begin launch open initiate
store keep hold stock
stock fill replenish restock
fill staff
hire recruit employ take-on appoint
recruit hire enlist attract sign-up
assign allocate delegate give distribute
distribute share circulate spread hand-out issue allocate
share spread give
interpret read explain
explain clarify describe
describe outline explain
support help assist aid back
collaborate cooperate partner work-with work
work-with partner collaborate liaise
liaise communicate coordinate work-with
communicate liaise correspond inform
host hold run organize
facilitate run lead hold moderate
chair lead preside run
perform do conduct carry-out execute undertake complete run
conduct run hold perform
use utilize employ apply leverage
approve authorize sign-off clear
enforce apply uphold
follow observe adhere comply
comply meet follow adhere
revise edit update
edit revise proofread
release ship publish launch deploy
print produce
code program write develop
query search
search look hunt
model simulate
weld join fuse
cut slice trim saw
dig excavate trench
paint coat
wire cable connect
load fill
pack package box wrap
package pack bundle
classify categorize sort group label
count tally inventory
administer give dispense run
dispense give issue
triage sort prioritize
prioritize rank order triage
represent act-for defend
defend represent protect
argue plead present
plant sow grow
harvest pick gather
feed nourish
sample test collect
demonstrate show present prove
visualize plot chart display
speed-up accelerate quicken hasten expedite
accelerate speed-up quicken expedite fast-track
double twofold
halve half
triple threefold
recover regain retrieve recoup restore
keep maintain retain hold preserve
certify qualify accredit
supervise oversee monitor manage
patrol guard watch
cover handle
greet welcome receive
book reserve schedule
schedule plan book roster arrange timetable
roster schedule rota
refer direct send
invoice bill charge
pay remit settle
fund finance pay
raise collect bring-in fundraise
attract draw bring-in
encourage motivate inspire
calm de-escalate soothe
de-escalate calm defuse
switch change move
scale grow expand extend
extend lengthen prolong expand enlarge stretch
expand extend grow widen broaden
standardize unify harmonize
document record write describe
digitize digitalize computerize scan
backup save
restore recover repair
patch fix update
host run serve
containerize dockerize
refactor rewrite restructure rework clean-up
tune optimize adjust
optimize tune improve
own manage run
look-after manage care handle maintain
take-over assume inherit
pass complete
grade mark assess score
mark grade correct
tour visit
flag report raise identify highlight
highlight flag emphasize
escalate raise refer
trace track follow find
track monitor follow trace
tow haul pull
plumb pipe
machine mill turn
calibrate adjust set tune
assemble put-together build join
dismantle take-apart disassemble strip
demolish tear-down raze
renovate refurbish restore remodel modernize
garden landscape
garnish decorate
add introduce include insert
show showcase demonstrate present
invite ask welcome
replenish restock refill
argue persuade convince
draw-up write draft create prepare
place insert put
answer attend respond
reduce down
fact-check verify check
pass hand forward relay
forward pass send relay
mentor coach guide teach
craft create make write build
formulate devise develop create prepare
devise create develop invent formulate
film shoot record
shoot photograph film
edit cut trim
propose suggest pitch recommend put-forward
pitch present propose
discuss talk negotiate
win-back recover regain retrieve recapture
regain recover win-back restore
deputize stand-in fill-in substitute cover act-for
bring-forward advance accelerate speed-up
pick collect gather select choose
swap replace exchange switch
learn study
observe watch shadow see monitor
empty unload clear
unload offload empty
spot notice see find identify detect catch
calm reassure comfort
explain teach demonstrate show
visit see call-on attend
bathe wash
lift carry move
carry haul transport move hold
haul carry tow transport
define specify set determine describe
arrange organize set-up schedule plan coordinate
hold run host conduct give
give deliver hold present provide
speak present talk lecture
question ask interview
lobby campaign advocate
advocate argue support campaign
counsel advise support
nurture foster develop grow build
foster encourage promote nurture build develop
cultivate grow develop build nurture
type enter write
enter input key type record
export send ship
import bring-in
upload load
modernize update upgrade refresh renovate
overhaul rebuild rework revamp repair redesign
revamp redesign rework overhaul refresh
halve cut reduce
sharpen improve hone
tidy clean organize
mop clean
polish buff finish
grind sharpen mill
fabricate make build weld construct
erect build assemble put-up
lay install place
survey measure map inspect
map chart survey
replace change renew swap
renew replace extend
troubleshoot repair investigate diagnose
correct fix rectify amend edit
fulfil meet complete process
route direct send
launch release introduce open
unveil launch introduce
adopt introduce implement use
phase-out remove replace retire
decommission retire remove dismantle
defer postpone delay
exceed surpass beat top outperform
cross-check verify check
screen check vet filter assess
filter screen sort
test examine check assess
onboard train induct introduce
drill train
lecture teach present
notify inform alert tell
alert notify warn inform
brief inform update
remind notify
consult advise ask
summarize outline condense sum-up
outline summarize describe
illustrate draw
sketch draw
depict draw
render draw model
tailor adapt fit customize
adapt adjust tailor modify
localize translate
compete race
retrieve get fetch recover
extract pull draw take
parse read process
crawl scrape
load import
aggregate combine collect
label annotate tag
train fit
profile measure
optimize speed-up improve
provision set-up
secure harden
encrypt secure
archive store file
store archive keep save
file archive submit
stack shelve stock
display present arrange
quote price
upsell sell
close win
bid tender
solicit request
convince persuade
barter trade
appraise value assess
indemnify insure
adjudicate judge
search inspect
bandage dress
inject give administer
prescribe give
titrate adjust
reposition move turn
ambulate walk
toilet assist
walk accompany
babysit mind watch
invigilate supervise proctor
register enrol record sign-up
prune trim cut
fertilize feed
shear cut
fillet cut
stir mix
land bring
moor dock
anchor moor
park store
refuel fill
maintain repair
lubricate oil grease
fasten fix attach
attach fix connect
prime paint
paint decorate
wallpaper decorate
plaster render
tile lay
pave lay
stain finish
varnish finish
check-in welcome receive register
check-in admit
""".strip()

WIDER = """
create: write design build develop draft produce compile form paint draw cook devise assemble make code
develop: write design build create devise draft code produce prepare extend grow
make: build create write produce cook bake
implement: new introduce install deploy launch roll-out set-up put-in-place build create start adopt automate write
deliver: complete teach provide build ship present run train finish give supply produce
complete: write build install pass finish perform deliver repair conduct file process prepare
handle: process answer run operate manage maintain care resolve receive sort field take serve
manage: carry lead head direct run oversee supervise handle administer maintain operate own care control
conduct: run lead hold carry-out perform teach give audit inspect interview survey test
coordinate: schedule organize arrange plan roster book liaise run manage lead
provide: give supply deliver offer teach serve issue care train advise answer
produce: write make create build draft compile manufacture prepare bake cook grow print
improve: raise cut reduce shorten halve double speed-up accelerate simplify automate fix clean-up tidy tune rework redesign rebuild lower increase boost streamline triple
change: raise cut reduce improve replace rework redesign rewrite move switch
monitor: check inspect measure record chart log test watch audit read
check: audit inspect test review verify measure proofread reconcile calibrate monitor
inspect: audit test
identify: find spot catch discover flag trace detect diagnose
resolve: fix answer repair settle troubleshoot handle close solve mediate clear
record: write document chart log file enter note
document: record write log chart map note
report: write present record log flag
communicate: explain present report write phone call brief translate liaise
prepare: draw write draft cook make compile assemble produce set-up build plan pack bake
perform: run conduct do inspect repair audit test install service check calibrate clean weld analyze
train: teach coach instruct mentor tutor onboard
support: help assist teach care serve coach train maintain mentor advise run
assist: help support serve teach care
help: assist support teach train coach care advise serve
contribute: write build help support design lead develop create
participate: lead run help support attend join assist serve play
work: lead build write run teach care operate repair serve
collaborate: work-with lead liaise coordinate
use: apply operate run program code write
apply: use
trade: sell buy
serve: teach care feed treat help sell answer support deliver
operate: run drive use work
maintain: keep service repair clean run check update
ensure: check keep verify inspect maintain test
keep: hold maintain
obtain: win secure earn buy negotiate pass receive gain
establish: start found set-up create build introduce open launch form
organize: run arrange plan schedule host sort set-up lead coordinate
redesign: rebuild rewrite rework restructure
install: wire plumb fit lay mount
move: drive transport haul ship carry
transport: drive haul carry deliver tow
treat: care bandage dress
assess: inspect test measure triage examine check audit review survey diagnose
review: audit check inspect proofread edit examine read
analyze: audit review test model measure reconcile
process: handle file enter pack sort
protect: guard patrol secure
present: teach argue explain report lecture speak
advise: answer counsel coach guide explain
clean: wash sweep disinfect sanitize
modernize: migrate rewrite upgrade automate replace rebuild
update: rewrite revise migrate upgrade edit
reorganize: restructure redesign sort
consolidate: merge combine
introduce: new add bring-in start launch adopt set-up
add: introduce include build
produce: draw film shoot edit record bake cook
secure: win earn obtain get sign negotiate
gain: win earn receive obtain
receive: win earn
achieve: pass win earn raise cut reduce reach meet
oversee: supervise manage run lead direct
supervise: lead head manage run
compile: build write make create
process: run file pay enter answer prepare test weigh
operate: drive fly sail
run: lead manage operate host organize
serve: cook plate
educate: teach train
instruct: teach train coach
guide: coach mentor teach lead
facilitate: run lead moderate teach
cover: drive serve wire clean patrol visit
address: resolve fix answer handle repair
respond: answer
uncover: find discover
cut: halve
reduce: halve
lower: halve
shorten: halve
decrease: halve
raise: double triple
increase: double triple
grow: double triple
boost: double triple
streamline: automate simplify shorten merge
create: add film shoot sew carve found open compose model sculpt
build: weld assemble wire fabricate erect
construct: weld assemble lay
tend: feed water
care: feed bathe bandage nurse
travel: drive fly sail
""".strip()

PHRASES = """
set-up: set up
consecutive: in a row
consecutive: in succession
consecutive: one after another
on-time: on time
on-time: on schedule
on-time: to schedule
24/7: day and night
24/7: around the clock
early: ahead of schedule
early: ahead of time
fact-check: fact check
attend: sit in
win-back: win back
pass: hand over
pass: pass on
pass: hand on
forward: pass on
learn: teach herself
learn: teach himself
learn: teach myself
learn: self taught
over-the-course: over the course of
over-the-course: in the course of
draw-up: draw up
win-back: get back
win-back: bring back
stand-in: stand in
stand-in: stand in for
fill-in: fill in
fill-in: fill in for
bring-forward: bring forward
put-forward: put forward
put-up: put up
put-out: put out
sum-up: sum up
take-off: take off
check-in: check in
sign-up: sign up
reduce: go down
raise: go up
replace: take the place of
bring-forward: move forward
roll-out: roll out
carry-out: carry out
put-in-place: put in place
put-in: put in
bring-in: bring in
bring-down: bring down
drive-down: drive down
look-after: look after
look-after: take care of
look-into: look into
work-with: work with
work-with: work alongside
work-with: work together with
work-out: work out
sort-out: sort out
clean-up: clean up
keep-track: keep track of
speed-up: speed up
speed-up: make faster
take-over: take over
take-on: take on
take-out: take out
hand-in: hand in
hand-out: hand out
put-together: put together
pull-together: pull together
take-apart: take apart
tear-down: tear down
sign-off: sign off
follow-up: follow up
turn-out: turn out
manage: in charge of
manage: take charge of
testify: give evidence
speak: give talk
manage: responsible for
manage: be charge of
respond: deal with
handle: deal with
act-for: act for
call-on: call on
start: kick off
introduce: bring in
reduce: bring down
reduce: scale back
reduce: cut down
raise: push up
raise: drive up
raise: ramp up
expand: scale up
phase-out: phase out
find: find out
complete: wrap up
prepare: make ready
close: shut down
close: wind down
remove: get rid of
remove: phase out
teach: give lessons
repair: put right
check: go over
begin: set off
fill: top up
restore: bring back
""".strip()

PERFORM = frozenset(
    "perform spend do conduct execute undertake complete run carry-out lead head direct handle deliver spearhead make achieve provide drive own manage pass finish hold give get keep write produce install fit take prepare".split()
)
"""Verbs whose direct object may become the verb: *ran an audit of the stores*, *audited the stores*."""

LEADING = frozenset("lead head direct manage supervise oversee run captain steer spearhead command".split())
"""Verbs that, with people as their object, claim rank over them."""

OTHER_VERBS = frozenset(
    """24/7 accept ahead allot arbitrate arrest assure authenticate award blend breed brew brush butcher cancel chase cluster
    command commence confiscate console continue decide detach detain disappear discharge discipline dispatch divide donate
    early engage enlighten escort evacuate exhibit expel experiment extinguish familiarize flavor further groom guarantee
    have hoist immunize inoculate instrument invest involve irrigate isolate lease let level license milk navigate partition
    pilot position pour practice prosecute pursue react rear rehearse rent rescue resuscitate revive rig rush sand season
    seat seize separate signature slaughter smooth spend split sponsor stitch sue taste testify tighten transcribe
    underwrite vaccinate vanish weight witness
    be have do make take get go come see know think say tell let put seem become bring show turn want need like
    work use help try ask act add allow appear bear belong carry cause consist contain contribute participate depend
    enable exceed exist expect face feel focus happen include intend involve join know lack learn leave lie live look
    lose love mean miss mind observe occur offer owe own pay play prove push put qualify quote read realize relate
    remain require rest return ring ride run save seat sit speak spend stand stay step stick strike study succeed suit
    surpass swim talk tend throw touch travel trust vary view vote wait walk warn wear wish wonder worry
    shadow assist co-lead liaise volunteer intern nurse cater drill grind solder braze polish fell prune sew knit
    stitch upholster tile plaster render roof slate joint thatch pour form rake grade pave compact survey align
    fish sail navigate dock moor fly pilot steward dispatch prosecute litigate depose mediate notarize transcribe
    perform sing dance compose conduct rehearse film edit record shoot photograph paint sculpt curate catalog archive
    sequence culture titrate assay pipette dissect synthesize crystallize publish peer-review
    knead sauté saute grill roast butcher portion fillet brew distil
    adopt enrol enroll register vaccinate bandage suture intubate ventilate resuscitate transfuse catheterize""".split()
)
"""Further verbs, to tell verbs from nouns; no synonyms."""
