"""Families of everyday nouns and adjectives that may stand for each other, and abbreviations.

One family a line. Narrow on purpose: no place of work for another (ward, clinic), no tool for another, no rank.
"""

from __future__ import annotations

FAMILIES = """
typical average usual
mate colleague workmate teammate co-worker coworker
usually normally typically generally
term terminology
developer dev
maker manufacturer producer
most majority
staff employee personnel worker colleague workforce crew
customer client shopper patron
guest diner customer
pupil child schoolchild
parent family
user people
supplier vendor provider
firm company business organization enterprise
shop store outlet
store branch outlet location
building premises property
kitchen galley
machine equipment machinery
equipment gear kit
vehicle car truck van
truck lorry
car automobile vehicle
device equipment
app application software program
application program software system
system platform application
website site web
server machine
database db datastore
repository repo
code codebase
bug defect fault error
failure breakdown outage
outage downtime
complaint grievance
ticket request issue
email mail
letter mail
document paper file
report paper
form template
guide manual handbook
process workflow procedure
deal contract agreement sale
revenue sale turnover income
cost expense expenditure spend spending
money fund cash
funding fund grant
saving reduction
discount rebate
account client
goods product merchandise
product good item
item good article
ingredient produce
food meal
meal dish plate
dish meal recipe
shipment delivery consignment
trip journey route run
road street
speed velocity pace
wait queue
time duration period
duration length time
deadline due
schedule timetable roster rota calendar
night overnight
quarter quarterly three-month
year yearly annual annually annum
day daily
training instruction course
course class training
class lesson course
lesson class session
lesson curriculum
session class meeting
workshop session seminar
test exam check trial
score mark result
goal target objective aim
project job
job work
role position post job
event function
ceremony event
treatment therapy care
drug medication medicine
surgery operation procedure
ward unit
handover handoff
shelter home
apartment flat unit
garden yard
plant factory works
wire wiring cable
weld joint
drawing plan blueprint
paper article publication
book title
image picture photo photograph
video film
ad advertisement advert advertising
audience readership
volunteer helper
donor giver
stakeholder partner
neighbor resident
area zone district
air aerial
waste scrap rubbish refuse trash
power electricity energy
fuel gas
reduction decrease cut drop decline
drop fall reduction decrease
knowledge know-how
feedback comment
tool utility
spreadsheet sheet
web online internet
online digital web
digital electronic
computer pc
interface ui
feature function
release version
deployment release rollout
rollout launch deployment
launch rollout introduction
load traffic
month-end monthly
floor ground
warehouse depot
lawyer attorney solicitor
case matter lawsuit
cattle cow herd
boat vessel ship
aircraft airplane plane
passenger traveler rider
end close
old legacy former previous
legacy old outdated
faster quicker
late overdue delayed
correct accurate right
broken faulty defective
elderly older aged
young younger
urban city
entire whole full all
main primary
multiple several various many
various several multiple diverse
extra additional further
in-house internal
manual hand
handmade hand
shared joint common
electronic paperless
bilingual two-language
licensed registered certified
trained qualified
face-to-face in-person
remote online distance
previously formerly before
prior previous before
month-end close
ontime punctual
availability uptime
output production throughput
production output manufacturing
maintenance upkeep servicing service
installation fitting
inspection check
audit review
assessment evaluation appraisal
analysis evaluation
onboarding induction orientation
absence absenteeism
attendance presence
shrinkage loss
post after following
power-cut outage cut
fault trouble
absence absent
script prescription
chilled cold refrigerated
spare extra
dangerous hazardous unsafe
cheap inexpensive low-cost
well good
first-time initial
mature old
crucial key
nearby neighboring local
overdue late outstanding
outstanding overdue unpaid
pending outstanding open
monday week
tuesday week
wednesday week
thursday week
friday week
saturday week
sunday week
morning day
residence house home housing residential
producer grower maker
talk negotiation discussion conversation
negotiation talk discussion bargaining
collaboration cooperation partnership
suggestion proposal idea recommendation
concept idea draft
sketch drawing draft
drawing illustration picture
clip video
post article
household family home
toddler child
adolescent teenager youth teen
youth adolescent teenager youngster
senior-citizen elderly
husband spouse
wife spouse
customer client
buyer purchaser
subscriber reader member
attendee participant visitor guest
participant attendee member
delegate attendee participant
speaker presenter
lead prospect
coworker colleague
peer colleague
subordinate report
engine motor
gearbox transmission
load cargo goods
box carton case crate
pallet skid
shelf rack
can tin
blade knife
screw bolt
beam girder
track rail line
ticket fare
tour trip visit
visit trip call
venue place site
hall room
workplace office site
workshop garage
yard depot
dock quay pier
quay dock wharf
harbor port
soil ground earth
seedling plant
bread loaf
cake pastry
starter appetizer
fish seafood
poultry chicken
milk dairy
beer ale
cutlery silverware
chair seat
linen bedding
laundry washing
garment clothes clothing apparel
shoe footwear
jewel jewelry
till drawer
safe vault
loan credit
ledger book account
receivable debtor
payable creditor
expense cost outlay
loss deficit
surplus profit
shortfall shortage gap
queue line backlog
headcount staff
holiday vacation leave
leave absence holiday
pension retirement
benefit perk
guideline policy rule instruction
bylaw rule
brand trademark mark
logo brand mark
ruling verdict judgment decision
prison jail
inmate prisoner
alert alarm warning notification
meter gauge
tank vessel
furnace oven
fridge refrigerator
pipe tube
cable cord
panel board
lamp light
screen monitor display
laptop computer notebook
phone smartphone mobile
folder directory
backup copy
copy duplicate
template pattern
script program
column field
row record
site page website
text message
newsletter mailing bulletin
leaflet flyer brochure pamphlet handout
signage sign
novel book
concert gig show
statue sculpture
coach trainer
field pitch
heart cardiac
lung pulmonary respiratory
kidney renal
mouth oral
scan image imaging
xray radiograph
vaccine jab shot vaccination
vaccination immunization jab shot
infusion drip
bandage dressing
ulcer sore
relative family
caregiver carer
chart record
survey questionnaire poll
trial study
figure data statistic
error mistake inaccuracy
deviation error
renovation refurbishment remodel
erection construction
bid tender quote
quote quotation bid
order purchase
pickup collection
shipping dispatch shipment
attrition turnover churn
enquiry inquiry question query request
scholarship grant bursary
certification certificate accreditation
approval permission authorization sign-off
starter newcomer joiner
self-taught taught
correctly right
punctually time
noon lunch
lunch midday
dinner supper
biweekly fortnight
tidy neat orderly clean
short brief
final last
twin two
common shared usual
unused idle
unplanned unscheduled
planned scheduled
automatic automated
till register checkout cash
counter desk
""".strip()

ABBREVIATIONS = """
tech technician
bike bicycle
yr year
yrs year
hr hour
hrs hour
min minute
mins minute
sec second
secs second
wk week
mo month
mgmt management
mgr manager
dept department
depts department
admin administration administrative
info information
ops operations
dev development
prod production
docs documentation document documents
doc document
spec specification
specs specification
k8s kubernetes
postgres postgresql
js javascript
ts typescript
repo repository
db database
sr senior
jr junior
asst assistant
assoc associate
vp vice
intl international
natl national
govt government
univ university
lab laboratory
labs laboratories
rehab rehabilitation
meds medication medications medicine
vitals vital
temp temporary
reps representatives
rep representative
approx approximately
eg example
max maximum
min minimum
avg average
qty quantity
config configuration
auth authentication
perf performance
exec executive
comms communications communication
vet veterinary veterinarian
gym gymnasium
fridge refrigerator
exam examination
exams examination
math mathematics
maths mathematics
econ economics
stats statistics statistical
bio biology
chem chemistry
phys physics
ed education
edu education
iv intravenous
artic articulated
hgv lorry truck
temps temperatures
temp temperature
reqs requirements
ref reference
refs references
accts accounts
acct account
mfg manufacturing
maint maintenance
equip equipment
bldg building
cert certificate certification
certs certificates
appt appointment
appts appointments
pt patient
pts patients
rx prescription
dx diagnosis
tx treatment
hvac ventilation
elec electrical
mech mechanical
eng engineering engineer
engg engineering
infra infrastructure
app application
apps applications
biz business
mktg marketing
hr personnel
cs service
sales-rep representative
promo promotion
promos promotions
demo demonstration
demos demonstrations
intro introduction
lit literature
sim simulation
sims simulations
calibs calibrations
pics pictures
vid video
vids videos
est estimate
ft foot
kitchen-porter porter
veg vegetable vegetables
mon monday
tue tuesday
wed wednesday
thu thursday
fri friday
sat saturday
sun sunday
jan january
feb february
mar march
apr april
jun june
jul july
aug august
sept september
sep september
oct october
nov november
dec december
""".strip()

PEOPLE = frozenset(
    """person people staff employee worker colleague personnel crew team group squad nurse doctor physician engineer
    developer technician driver operator welder chef cook teacher student pupil learner apprentice trainee intern
    volunteer officer agent representative associate analyst manager supervisor assistant clerk cashier guard
    electrician plumber carpenter mechanic member child adult patient resident client customer guest family parent
    tutor mentor coach scientist researcher designer writer editor lawyer attorney paralegal accountant porter aide
    shooter caregiver therapist counselor recruiter salesperson seller rep waiter bartender barista housekeeper cleaner
    janitor farmer picker machinist fitter installer builder laborer foreman inspector surveyor pilot sailor soldier
    firefighter paramedic pharmacist dentist hygienist librarian translator interpreter journalist musician actor
    performer athlete player specialist consultant contractor subcontractor graduate hire
    hires newcomer starter starters bookkeeper trader buyer merchandiser planner dispatcher courier rider""".split()
)
"""Nouns for people: *12 technicians* may become *a team of 12*."""

CLIENTELE = frozenset(
    """customer client guest patient pupil student learner child resident visitor parent family user adult passenger diner tenant member
    people person youngster""".split()
)
"""People that work is done for: *guests* are no *staff*."""

COLLECTIVES = frozenset("team group crew staff people person member members strong squad workforce personnel individual".split())

SETTINGS = frozenset(
    """icu ccu nicu picu er ed emergency ward hospital clinic hospice ambulatory inpatient outpatient telemetry intensive
    step-down med-surg perioperative operating theater nursery school kindergarten preschool elementary primary secondary
    university college academy prison court factory plant warehouse refinery shipyard kitchen restaurant hotel bakery farm
    store supermarket boutique bank brokerage agency startup nonprofit charity government municipal military navy army
    airport offshore onshore residential commercial industrial laboratory pharmacy dental veterinary retail wholesale
    hospitality aerospace automotive pharmaceutical fintech banking insurance healthcare biotech defense maritime mining
    nuclear oncology cardiology pediatric neonatal geriatric psychiatric surgical trauma maternity b2b b2c enterprise
    corporate regional national international overseas rural urban production staging""".split()
)
"""Words for where work is done; one that has no source is `setting_swapped`."""
