"""Word forms: irregular verbs and plurals, British spellings, stems that collide, abbreviations.

Pure tables. `keys.py` reads them.
"""

from __future__ import annotations

IRREGULAR = dict(
    pair.split("=")
    for pair in """led=lead built=build rebuilt=rebuild wrote=write written=write rewrote=rewrite rewritten=rewrite taught=teach
    ran=run grew=grow grown=grow fell=fall fallen=fall rose=rise risen=rise sold=sell kept=keep held=hold brought=bring
    bought=buy sought=seek found=find made=make gave=give given=give took=take taken=take won=win drove=drive driven=drive
    oversaw=oversee overseen=oversee spoke=speak spoken=speak chose=choose chosen=choose drew=draw drawn=draw began=begin begun=begin
    upsold=upsell resold=resell outsold=outsell oversold=oversell overcame=overcome undertook=undertake undertaken=undertake left=leave lost=lose met=meet paid=pay sent=send spent=spend
    stood=stand told=tell understood=understand went=go gone=go came=come became=become saw=see seen=see knew=know known=know
    did=do done=do had=have has=have was=be were=be been=be is=be are=be being=be am=be dealt=deal dug=dig fed=feed
    fought=fight flew=fly flown=fly got=get gotten=get hung=hang laid=lay lit=light meant=mean overhauled=overhaul put=put read=read
    rode=ride said=say sat=sit shot=shoot showed=show shown=show shrank=shrink shrunk=shrink slept=sleep sewn=sew sewed=sew
    swept=sweep swam=swim threw=throw thrown=throw woke=wake wore=wear worn=wear wove=weave thought=think caught=catch bred=breed
    strung=string clung=cling flung=fling slung=sling spun=spin stuck=stick struck=strike stung=sting swung=swing wrung=wring bent=bend
    blew=blow blown=blow burnt=burn crept=creep froze=freeze frozen=freeze forgot=forget forgotten=forget hid=hide hidden=hide knelt=kneel
    lent=lend leapt=leap learnt=learn mown=mow sank=sink sunk=sink shook=shake shaken=shake slid=slide sown=sow sped=speed spelt=spell
    stole=steal stolen=steal swore=swear sworn=swear tore=tear torn=tear trod=tread wept=weep arose=arise arisen=arise
    ground=grind sprang=spring broke=break broken=break upheld=uphold withdrew=withdraw withdrawn=withdraw redid=redo redone=redo
    remade=remake outgrew=outgrow laid=lay felt=feel forecasted=forecast cost=cost beat=beat bound=bind sang=sing sung=sing
    children=child people=person persons=person men=man women=woman feet=foot geese=goose mice=mouse shelves=shelf
    knives=knife loaves=loaf wives=wife analyses=analysis crises=crisis theses=thesis diagnoses=diagnosis
    criteria=criterion matrices=matrix indices=index appendices=appendix curricula=curriculum staffs=staff
    staffed=staff staffing=staff buffed=buff buffing=buff pipetted=pipette pipetting=pipette guaranteeing=guarantee sued=sue suing=sue gases=gas
    rang=ring rung=ring ate=eat eaten=eat drank=drink drunk=drink sprung=spring strove=strive striven=strive underwent=undergo undergone=undergo
    bit=bite bitten=bite bore=bear borne=bear forgave=forgive forgiven=forgive foresaw=foresee awoke=awake lain=lie
    better=good best=good worse=bad worst=bad fewer=few less=little lesser=little""".split()
)

SPELLING = dict(
    pair.split("=")
    for pair in """programme=program programmes=programs centre=center centres=centers metre=meter metres=meters litre=liter
    litres=liters theatre=theater theatres=theaters licence=license licences=licenses defence=defense colour=color labour=labor
    behaviour=behavior neighbour=neighbor neighbours=neighbors harbour=harbor honour=honor favour=favor cheque=check cheques=checks
    catalogue=catalog catalogued=cataloged catalogues=catalogs dialogue=dialog grey=gray tyre=tire tyres=tires aluminium=aluminum fulfil=fulfill enrol=enroll
    enrolment=enrollment instalment=installment judgement=judgment ageing=aging tonne=tonne paediatric=pediatric
    paediatrics=pediatrics anaesthetic=anesthetic anaesthesia=anesthesia orthopaedic=orthopedic gynaecology=gynecology haematology=hematology
    practise=practice practised=practiced practising=practicing storey=story storeys=stories mould=mold moulds=molds moulding=molding moulded=molded plough=plow
    oesophageal=esophageal diarrhoea=diarrhea foetal=fetal manoeuvre=maneuver draught=draft kerb=curb sceptic=skeptic
    1st=first 2nd=second 3rd=third 4th=fourth 5th=fifth 6th=sixth 7th=seventh 8th=eighth 9th=ninth 10th=tenth
    e-mail=email on-line=online adviser=advisor advisers=advisors""".split()
)

APART = frozenset(
    """container containers lens international internal intern internship interns internally internationally universal university universities universe
    organ organic organism customer customers custom customs customized customize important import imported imports
    manager managers engine engines officer officers office offices assistant assistants general generally generic
    official officials server servers service services developer developers designer designers operator operators
    operation operations operational operating operate operated operates
    consultant consultants trainer trainee trainees teacher community communities communication communications communicate
    communicated product products production productive productivity produce produced president presidents
    marketing market markets marketed nursing nursery policy policies police author authority authorities authorized
    objective objectives object objects active activity activities action actions act acts actor
    expert experts expertise experience experienced experiment experiments several severe sever
    positive position positions relation relations relative relatively relevant
    state states statement statements station stations static status statistics statistical
    principal principals principle principles personal personnel person personally personalized
    corporate corporation cooperate incorporate engineering engineer engineers engineered
    logistic logistics logical logic login numerical numerous number numbers past paste
    new news early earliest execution executive executives execute executed
    hospital hospitality host hosted hosts
    secretary secret secretarial departure department departments
    accountant accountants accounting account accounts accountable accountability
    directory director directors direct directed direction directions
    team teams teaming board boards boarded
    physics physical physically physician physicians medic medical medicine medication medications
    critical critically critic critique criticism
    rate rates rating ratings ration
    design designed part parts partly partial party parties
    train trained training trains
    ing home homes one ones
    analyst analysts analytic analytics analytical
    scientist scientists science scientific technician technicians technical technique techniques technology technologies
    chemist chemistry chemical electric electrical electrician electricians electronic electronics
    mechanic mechanics mechanical optical optic optician legal legally
    administrator administrators administration administrative administer administered
    coordinator coordinators coordinate coordinated coordination instructor instructors instruction instruct instructed
    supervisor supervisors supervise supervised supervision supervisory leader leaders leadership
    editor editors editorial edition edit edited inspector inspectors inspection inspections inspect inspected
    contractor contractors contract contracts contracted contraction
    graduate graduated graduation gradual gradually grade graded grades
    doctor doctors doctoral doctorate master masters mastered
    commercial commerce commercially commission commissioned committee commitment commit committed
    capital capitalize social socially society national nation nationally nationwide native
    regional region region regions regionally local locally location locations locate located
    material materials materially mate mates mostly newly
    resident residents residence residences residential""".split()
)
"""Words whose stems collide with words of another meaning; they are compared by `RELATED` or by themselves."""

RELATED = """
customer customers
custom customs
customized customize custom
import imported imports
manager managers
engine engines
officer officers
office offices
assistant assistants
general generally
official officials
server servers
service services serviced
developer developers
designer designers
operator operators
operation operations operational operating operate operated operates
consultant consultants
trainee trainees
community communities
communication communications communicate communicated
product products
production produce produced
productivity productive
marketing marketed
market markets
policy policies
authority authorities
objective objectives
object objects
activity activities
action actions
experience experienced
expert experts expertise
experiment experiments
position positions
relation relations
state states
statement statements
station stations
statistics statistical
principal principals
principle principles
person personal
corporate corporation
engineering engineer engineers engineered
logistics logistic
number numbers
execution execute executed
executive executives
host hosted hosts
department departments
accountant accountants
accounting account accounts
director directors
direct directed direction
direction directions
team teams teaming
board boards boarded
physical physically
physician physicians
medication medications medicine
medical medicine
rate rates rating ratings
design designed
part parts
party parties
train trained training
training trains
analyst analysts
analytic analytics analytical
scientist scientists
science scientific
technician technicians
technical technique techniques
technology technologies
chemistry chemical
electric electrical electronic electronics
electrician electricians
mechanic mechanics
mechanical mechanics
administrator administrators
administration administrative administer administered
coordinator coordinators
coordinate coordinated coordination
instructor instructors
instruction instruct instructed
supervisor supervisors supervisory
supervise supervised supervision
leader leaders
leadership
editor editors
edit edited editorial
inspector inspectors
inspection inspections inspect inspected
contractor contractors
contract contracts contracted
graduate graduated graduation
grade graded grades
doctor doctors
doctoral doctorate
master masters
commercial commercially commerce
commission commissioned
committee committees
commit committed commitment
social socially
national nationally nationwide nation
region regions regional regionally
local locally location locations
locate located location
material materials
interns intern internship
internal internally
international internationally
university universities
boards board
home homes
organic organically
organ organs
active actively
act acts
early earliest
new newly
norway norwegian
sweden swedish
denmark danish
finland finnish
iceland icelandic
germany german
france french
spain spanish
portugal portuguese
italy italian
greece greek
poland polish
russia russian
ukraine ukrainian
turkey turkish
ireland irish
scotland scottish
wales welsh
britain british
england english
holland dutch
netherlands dutch
belgium belgian
austria austrian
switzerland swiss
hungary hungarian
romania romanian
bulgaria bulgarian
serbia serbian
croatia croatian
america american
canada canadian
mexico mexican
brazil brazilian
argentina argentinian
chile chilean
peru peruvian
china chinese
japan japanese
korea korean
india indian
pakistan pakistani
vietnam vietnamese
thailand thai
indonesia indonesian
australia australian
egypt egyptian
kenya kenyan
nigeria nigerian
ghana ghanaian
europe european
africa african
asia asian
resident residents
residence residences residential
only exclusively solely
""".strip()
"""Words of `APART` that belong together, one group a line."""
