"""Families of everyday nouns and adjectives that may stand for each other, and abbreviations.

One family a line. Narrow on purpose: no place of work for another (ward, clinic), no tool for another, no rank.
"""

from __future__ import annotations

FAMILIES = """
staff employee personnel worker colleague workforce crew
team group crew squad
person people individual
customer client shopper patron
guest visitor
guest diner customer
student pupil learner
pupil child schoolchild
trainee learner apprentice
child kid youngster
parent family
user people
supplier vendor provider
firm company business organization enterprise
shop store outlet
store branch outlet location
location site place
site location
building premises property
kitchen galley
machine equipment machinery
equipment gear kit
vehicle car truck van
truck lorry
car automobile vehicle
tool instrument
device equipment
app application software program
application program software system
software system program
system platform application
website site web
server machine
database db datastore
repository repo
code codebase
bug defect fault error
error mistake fault
fault defect failure
defect flaw
failure breakdown outage
outage downtime
outage cut
downtime outage
incident event
accident injury
problem issue
issue problem
complaint grievance
request inquiry query
ticket request issue
question query
phone telephone call
call phone
email mail
letter mail
document paper file
report paper
record log entry
log record
form template
template form
guide manual handbook
manual handbook guide
instruction guideline
procedure process
process workflow procedure
workflow process
method technique approach procedure
approach method
rule policy
standard norm
requirement need demand
regulation rule law
law legislation
contract agreement
agreement contract deal
deal contract agreement sale
sale revenue
revenue sale turnover income
turnover revenue
income revenue
profit margin
cost expense expenditure spend spending
spending spend cost expenditure
budget spend
price fee
fee charge
money fund cash
fund funding money
funding fund grant
grant funding
donation gift
invoice bill
payment pay
salary wage pay
saving reduction
discount rebate
tax levy
account client
stock inventory
inventory stock
goods product merchandise
product good item
item good article
part component
component part
material supply
ingredient produce
food meal
meal dish plate
dish meal recipe
menu
delivery shipment
shipment delivery consignment
parcel package
order
load cargo freight
cargo freight load
trip journey route run
journey trip
route run
fleet
road street
speed velocity pace
delay lateness
wait queue
time duration period
duration length time
deadline due
schedule timetable roster rota calendar
timetable schedule
shift
day
night overnight
weekend
week weekly
month monthly
quarter quarterly three-month
year yearly annual annually annum
annual yearly year annum
day daily
hour hourly
training instruction course
course class training
class lesson course
lesson class session
lesson curriculum
curriculum syllabus
session class meeting
workshop session seminar
seminar workshop
meeting session
exam test examination
examination exam test
test exam check trial
grade mark score
score mark result
result outcome finding
outcome result
finding result
goal target objective aim
target goal
plan program scheme
program scheme
scheme program
project job
job work
task job duty
duty task responsibility
role position post job
position post role
event function
ceremony event
trip outing
patient case
disease illness condition
illness disease sickness
condition illness
injury wound harm
wound injury
treatment therapy care
therapy treatment
care treatment
drug medication medicine
medication drug medicine
dose dosage
surgery operation procedure
fall
ward unit
unit ward
doctor physician
physician doctor
nurse
bed
handover handoff
handoff handover
shelter home
house home residence
home house
apartment flat unit
tenant renter
landlord owner
garden yard
plant factory works
factory plant
pipe piping
wire wiring cable
cable wiring wire
light lighting
heat heating
roof roofing
floor flooring
weld joint
welding weld
metal
drawing plan blueprint
blueprint drawing
model
prototype
experiment trial test
sample specimen
laboratory lab
study research
research study
paper article publication
article paper
publication paper
author writer
book title
text copy
copy text
image picture photo photograph
photo picture photograph
video film
newsletter bulletin
ad advertisement advert advertising
campaign drive
audience readership
member
volunteer helper
donor giver
partner
stakeholder partner
neighbor resident
resident occupant
citizen resident
town city
city town
area zone district
district area
region area
country nation
border frontier
air aerial
water
waste scrap rubbish refuse trash
scrap waste
emission
energy power
power electricity energy
fuel gas
safety
risk hazard
hazard risk danger
security
control
quality
improvement gain
increase rise growth
growth increase rise
rise increase
reduction decrease cut drop decline
drop fall reduction decrease
share portion proportion percentage
portion share part
rate percentage
amount volume quantity
volume amount quantity
number count
figure number
data information
information data
knowledge know-how
feedback comment
comment remark
advice counsel guidance
guidance advice
help assistance support
assistance help support
support help
tool utility
dashboard
chart graph plot
graph chart
spreadsheet sheet
list register
register list
pair couple
half
web online internet
online digital web
digital electronic
electronic digital
computer pc
screen display
network
cloud
interface ui
feature function
function feature
release version
version release
deployment release rollout
rollout launch deployment
launch rollout introduction
test testing
pipeline
backup
request
answer response reply
response reply answer
latency delay
load traffic
traffic load
review
month-end monthly
floor ground
corner
warehouse depot
depot warehouse
dispatch
court
lawyer attorney solicitor
case matter lawsuit
matter case
claim
hearing
judge
brief
evidence proof
witness
police
offender
hotel
room
event occasion
banquet
wine
farm
crop harvest
animal livestock
cattle cow herd
herd cattle
tree
forest woodland
boat vessel ship
vessel ship boat
aircraft airplane plane
flight
passenger traveler rider
driver
rider
mile
weekly week
monthly month
quarterly quarter
daily day
start beginning
end close
arrival
departure
handling
wage pay
new recent
old legacy former previous
former previous past
legacy old outdated
big large
large big
small little
quick fast rapid swift speedy
fast quick rapid
faster quicker
slow
late overdue delayed
overdue late
early ahead
accurate precise exact correct
correct accurate right
safe secure
clear plain
plain clear simple
simple easy plain
easy simple
complex complicated
broken faulty defective
faulty defective broken
missing lost
lost missing
free
ill sick
sick ill
elderly older aged
older elderly
young younger
local
foreign overseas
rural country
urban city
weekly
full complete entire whole
entire whole full all
main primary
primary main
several multiple various
multiple several various many
various several multiple diverse
different various
regular routine
routine regular
frequent often
extra additional further
additional extra further
in-house internal
internal in-house
manual hand
handmade hand
written paper
joint shared
shared joint common
electronic paperless
bilingual two-language
certified licensed
registered licensed
licensed registered certified
trained qualified
qualified trained
face-to-face in-person
in-person face-to-face
remote online distance
remotely remote
previously formerly before
before prior
prior previous before
month-end close
ontime punctual
punctual ontime
reliability stability
availability uptime
uptime availability
throughput output
output production throughput
production output manufacturing
manufacturing production
maintenance upkeep servicing service
installation fitting
repair fix
inspection check
check inspection
audit review
assessment evaluation appraisal
evaluation assessment
analysis evaluation
investigation inquiry
interview
hiring recruitment recruiting
recruitment hiring
onboarding induction orientation
induction onboarding orientation
retention
absence absenteeism
attendance presence
payroll
shrinkage loss
loss
theft
return
refund
booking reservation
reservation booking
post after following
power-cut outage cut
most majority
wrong incorrect
incorrect wrong
faulty broken defective
fraudulent fake
fault trouble
absence absent
script prescription
occupied inhabited
general overall
thorough detailed
detailed thorough
tight strict
strict tight
hot warm
cold chilled
chilled cold refrigerated
fresh new
spare extra
shared joint
joint common shared
unsafe dangerous
dangerous hazardous unsafe
hazardous dangerous
costly expensive
expensive costly
cheap inexpensive low-cost
profitable lucrative
well good
first-time initial
mature old
keen eager
lengthy long
crucial key
neighboring nearby
nearby neighboring local
overdue late outstanding
outstanding overdue unpaid
unpaid overdue
pending outstanding open
upcoming future
coming upcoming
damp wet
wet damp
soft gentle
obsolete outdated old
rough approximate
exact precise
mainly mostly chiefly largely primarily
mostly mainly
lift elevator
glossary
monday week
tuesday week
wednesday week
thursday week
friday week
saturday week
sunday week
morning day
house housing residential home
residence house home housing residential
maker manufacturer producer
manufacturer maker
producer grower maker
talk negotiation discussion conversation
negotiation talk discussion bargaining
discussion talk conversation
value worth
collaboration cooperation partnership
cooperation collaboration
proposal suggestion
suggestion proposal idea recommendation
recommendation suggestion advice
idea concept
concept idea draft
draft version
sketch drawing draft
picture drawing
drawing illustration picture
clip video
story article
post article
column article
piece article
household family home
family household
couple pair
baby infant newborn
infant baby newborn
toddler child
teen teenager adolescent
adolescent teenager youth teen
youth adolescent teenager youngster
senior-citizen elderly
adult grownup
husband spouse
wife spouse
customer buyer client
buyer purchaser customer
reader subscriber
subscriber reader member
viewer audience
listener audience
attendee participant visitor guest
participant attendee member
delegate attendee participant
speaker presenter
lead prospect
prospect lead
competitor rival
rival competitor
coworker colleague
peer colleague
boss superior
subordinate report
lorry truck
van vehicle
trailer
tyre tire
brake
engine motor
motor engine
gearbox transmission
load cargo goods
box carton case crate
carton box
crate box
pallet skid
shelf rack
rack shelf
aisle
container
bottle
can tin
bag sack
sack bag
lift elevator
elevator lift
forklift
crane
ladder
drill
saw
blade knife
knife blade
hammer
screw bolt
bolt screw
nail
beam girder
girder beam
brick
wall
window
door
gate
fence
bridge
tunnel
rail track
track rail line
line track
station
platform
ticket fare
fare ticket
passenger rider traveler
tour trip visit
visit trip call
call visit
stop
site place
spot place
venue place site
hall room
office workplace
workplace office site
workshop garage
garage workshop
yard depot
dock quay pier
quay dock wharf
harbor port
port harbor
sea ocean
river stream
lake
soil ground earth
earth soil ground
field land
land ground
seed
seedling plant
flower bloom
fruit
vegetable veg
grain cereal
bread loaf
cake pastry
pastry cake
dessert sweet
starter appetizer
soup
sauce
meat
fish seafood
poultry chicken
egg
milk dairy
cheese
beer ale
coffee
tea
drink beverage
beverage drink
glass
plate dish
cutlery silverware
table
chair seat
seat chair
sofa couch
bed
linen bedding
towel
laundry washing
uniform
garment clothes clothing apparel
clothing clothes garment apparel
shoe footwear
fabric cloth textile
cloth fabric
thread yarn
jewel jewelry
watch
coin
cash money
till drawer
safe vault
bank
loan credit
credit loan
mortgage
debt liability
asset
share stock
bond
dividend
interest
ledger book account
book ledger
balance
receivable debtor
debtor receivable
payable creditor
creditor payable
expense cost outlay
outlay expense cost
overhead cost
margin profit
loss deficit
surplus profit
shortage deficit
deficit shortfall
shortfall shortage gap
gap shortfall
backlog queue
queue line backlog
waste scrap
rework
yield output
capacity
load
cycle
turnaround
lead-time
headcount staff
overtime
holiday vacation leave
vacation holiday leave
leave absence holiday
sickness illness
pension retirement
retirement pension
benefit perk
bonus
rota roster schedule
timesheet
policy rule guideline
guideline policy rule instruction
law legislation statute act
statute law
bylaw rule
permit license
license permit
patent
trademark brand
brand trademark mark
logo brand mark
copyright
lawsuit case suit
verdict ruling judgment
ruling verdict judgment decision
decision ruling
appeal
plea
sentence
prison jail
jail prison
inmate prisoner
prisoner inmate
crime offense
offense crime
theft robbery
fraud
fire blaze
flood
storm
rescue
alarm alert
alert alarm warning notification
warning alert
camera
sensor detector
detector sensor
meter gauge
gauge meter
valve
pump
tank vessel
vessel tank
boiler
furnace oven
oven furnace
fridge refrigerator
freezer
fan
filter
duct
vent
pipe tube
tube pipe
hose
cable cord
cord cable
plug
switch
panel board
circuit
battery
charger
lamp light
bulb
screen monitor display
monitor screen
keyboard
printer
scanner
laptop computer notebook
phone smartphone mobile
mobile phone
tablet
file document
folder directory
archive
backup copy
copy duplicate
template pattern
pattern template
script program
program script
macro
query
view
table
column field
row record
key
index
schema
cluster
node
job
queue
event
stream
batch
load
endpoint
request
token
session
cookie
page site
site page website
homepage
blog
forum
chat
message
text message
mailing newsletter
newsletter mailing bulletin
flyer leaflet
leaflet flyer brochure pamphlet handout
brochure leaflet pamphlet
pamphlet leaflet brochure
poster
banner
sign
signage sign
slogan
headline title
title heading
chapter
essay paper
thesis dissertation
dissertation thesis
poem
novel book
song
concert gig show
show performance
performance show
play
orchestra ensemble
choir
band
stage
exhibition exhibit show display
exhibit exhibition
gallery
museum
painting picture
statue sculpture
photo picture
album
film movie
movie film
scene
actor
match game
game match
tournament competition
competition contest
contest competition
race
league
season
training practice
practice training
coach trainer
gym
pool
field pitch
pitch field
ball
injury
strain
pain
fever
infection
virus
bacteria
blood
urine
tissue
bone
skin
heart cardiac
cardiac heart
lung pulmonary respiratory
kidney renal
renal kidney
brain
nerve
muscle
eye
ear
tooth dental
mouth oral
oral mouth
stomach
surgery operation
operation surgery
procedure operation
scan image imaging
imaging scan
xray radiograph
ultrasound
vaccine jab shot vaccination
vaccination immunization jab shot
immunization vaccination
shot injection
injection shot
infusion drip
drip infusion
bandage dressing
dressing bandage
wheelchair
stretcher
ambulance
fall tumble
ulcer sore
sore ulcer
discharge
admission intake
intake admission
stay
visitor
relative family
caregiver carer
carer caregiver
handoff handover
chart record
note record
plan
goal
assessment
score rating
rating score
survey questionnaire poll
questionnaire survey
poll survey
sample
trial study
cohort
data figure
figure data statistic
statistic figure
trend
forecast prediction projection
prediction forecast
projection forecast
estimate estimation
error mistake inaccuracy
deviation error
variance deviation
mean average
average mean
median
maximum peak
peak maximum
minimum
total sum
sum total
rest remainder
majority
handful
dozen twelve
remodel renovation
renovation refurbishment remodel
refurbishment renovation
construction building
building construction
erection construction
demolition
design layout
layout design
plan
scheme program
scope
scale
budget
tender bid
bid tender quote
quote quotation bid
quotation quote
order purchase
purchase order
contract deal
supply
demand need
need demand
shortage
arrival
pickup collection
collection pickup
dispatch shipping
shipping dispatch shipment
receipt
intake
turnover
churn attrition
attrition turnover churn
retention
loyalty
referral
feedback
review
complaint
claim
dispute conflict
conflict dispute
argument dispute
question enquiry
enquiry inquiry question query request
reply response
apology
thanks
award prize
prize award
medal
scholarship grant bursary
bursary scholarship
stipend
certificate certification
certification certificate accreditation
accreditation certification
degree
diploma
license
permit
permission approval
approval permission authorization sign-off
signature
seal
promotion advancement
raise
hire recruit
recruit hire
starter newcomer joiner
newcomer starter joiner
rookie newcomer
novice beginner
beginner novice
self-taught taught
approximately about
roughly approximately
correctly right
punctually time
nightly night
weekly week
overnight night
evening
morning
afternoon
noon lunch
lunch midday
dinner supper
breakfast
weekday
fortnightly fortnight
biweekly fortnight
bimonthly
seasonal season
autumn fall
fall autumn
spring
summer
winter
broken damaged
damaged broken
worn
dirty soiled
tidy neat orderly clean
neat tidy
orderly tidy
quiet calm
calm quiet
busy
angry upset
upset angry
unhappy dissatisfied
dissatisfied unhappy
happy satisfied
satisfied happy
glad happy
poor bad
weak poor
strong
heavy
light
thin
thick
wide broad
broad wide
narrow
deep
high tall
tall high
low
short brief
brief short
long lengthy
lengthy long
initial first original
original initial
final last
last final
entire whole
single one
double two
dual two
twin two
multiple several
numerous many
certain
particular specific
specific particular
special
common shared usual
usual common typical
typical usual
rare
unique
similar
complete full
partial
empty vacant
vacant empty
open
closed shut
hidden
visible
public
private
personal
official formal
formal official
informal casual
legal
illegal unlawful
ethical
fair
equal
annual yearly
daily
historic historical
historical historic
modern contemporary
contemporary modern
ancient old
unused idle
idle unused
stolen
duplicate double
redundant duplicate
outdated old legacy
worldwide
sixth
unplanned unscheduled
planned scheduled
scheduled planned
automatic automated
automated automatic
handwritten
paid
unpaid
parttime
occupancy
checkout till register
till register checkout cash
counter desk
desk counter
""".strip()

ABBREVIATIONS = """
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
    caregiver therapist counselor recruiter salesperson seller rep waiter bartender barista housekeeper cleaner
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
