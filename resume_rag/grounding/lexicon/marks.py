"""Words that weigh more than others: function words, style, scope, credit, seniority, weakeners, negations.

Lexicons here name a finding or tell the rules where to look; only `FUNCTION` and `STYLE` let a word pass without a source
anywhere. `acts.py` lists what passes beside a word that has one.
"""

from __future__ import annotations

FUNCTION = frozenset(
    """a an the this that these those it its i me my mine we us our ours you your they them their theirs he him his she her
    hers who whom whose which what and or but nor so yet as at by for from in into of off on onto out over per to toward
    towards under up upon via with within through throughout during between among amongst about above across after against
    along alongside around before behind below beneath beside besides beyond down except inside like near outside past since
    than then there here till until unlike versus vs while whilst where when whenever whether how why if because although
    though be am is are was were been being have has had having do does did doing can could may might must shall should
    will would not no without also both either neither each other another such more most less least fewer few many much
    some any all every one ones own same too very just only even still already again further e.g i.e etc plus amid
    approximately roughly circa approx once thereby thus hence therefore including include included includes respectively instead rather according due well
    nearly almost regarding concerning aboard atop amidst throughout behalf thanks whenever wherever amongst upon now ahead prior olds old aged ages age outs offs ups 'm 's n't s t re ve ll d""".split()
)
"""Carry no claim by themselves; those that do (no, all, every, only ...) have rules of their own."""

STYLE = frozenset(
    """successfully effectively perform do conduct provide deliver complete work use utilize leverage apply serve act involve
    ensure achieve result resulting get keep hold make take role task activity duty responsibility effort process
    project order basis addition way part purpose need new follow following various experience experienced background
    ability able relevant current currently previous previously responsible key bring-in carry-out execute
    handle support help assist contribute participate contribution participation together contribution enable allow
    directly based focus focused remain cover span total comprise consist receive collaborate collaboration cooperation partner means help worth amount number
    alongside one's self join participating spend stay carry
    time see recently compared comparison over-the-course later subsequently afterwards previously initially eventually simultaneously meanwhile existing necessary showing containing comprising involving total overall jointly joint case occasion fact subsequent resulted occur happen arise
    co out-of""".split()
)
"""What a rewrite may add on its own: verbs that say only that something was done, nouns that say only that it was work,
*successfully* and *effectively*. Weaker verbs (helped, supported) are on it because they claim less, never more."""

UNIVERSAL = frozenset(
    "all every each entire whole full any always constantly continuously throughout everyone everybody everything".split()
)
"""Universal words: one needs another in the source."""

SCOPE = frozenset(
    """global globally worldwide international internationally national nationally nationwide countrywide statewide
    company-wide companywide enterprise-wide enterprisewide organization-wide organizationwide firmwide firm-wide wide
    cross-functional crossfunctional cross functional multinational multi-site multisite multi regional group-wide groupwide
    all every each entire whole full any always constantly continuously everyone largest biggest majority most
    throughout consistently continually numerous countless multiple several many daily weekly monthly annually yearly
    hourly permanent permanently""".split()
)

CREDIT = frozenset(
    """single-handedly singlehandedly handedly independently independent solely sole alone personally autonomously unaided
    own owned spearhead spearheaded pioneer pioneered champion championed mastermind masterminded architect architected
    invent invented founded lead led head headed direct directed manage managed drive drove oversee oversaw
    initiate initiated instrumental pivotal first only singular mentor mentored supervise supervised""".split()
)

QUALITY = frozenset(
    """significantly significant dramatically dramatic substantially substantial greatly considerably considerable
    exceptional exceptionally outstanding excellent excellence superior high-quality quality world-class best-in-class
    seamless seamlessly robust scalable cutting-edge state-of-the-art complex critical strategic strategically
    comprehensive extensive extensively proven minimal optimal innovative innovation advanced expert expertly expertise
    proficient proficiency mastery deep strong solid exemplary award-winning leading top premier highly efficient efficiently
    efficiency effective effectiveness rapid rapidly quickly swiftly prompt promptly timely meticulous meticulously
    skilled skillfully fluent fluently consistent reliable reliably passionate dedicated results-driven dynamic
    sophisticated measurable tangible noticeable marked markedly vastly large-scale high-volume high-traffic mission-critical
    best better improved enhanced ideal perfect flawless flawlessly thorough thoroughly smooth smoothly unparalleled""".split()
)

RANKS = {
    "intern": 0, "trainee": 0, "apprentice": 0, "student": 0, "aide": 0, "helper": 0, "junior": 0, "entry-level": 0,
    "assistant": 1, "associate": 1, "deputy": 1, "acting": 1, "interim": 1, "sous": 1, "vice": 1,
    "senior": 3, "sr": 3, "principal": 4, "staff-level": 4, "lead": 3, "leader": 3, "foreman": 4, "forewoman": 4,
    "supervisor": 4, "supervisory": 4, "superintendent": 5, "manager": 5, "managing": 5, "managerial": 5, "head": 5, "chair": 5,
    "director": 6, "executive": 6, "vp": 7, "president": 7, "chief": 7, "ceo": 8, "cto": 8, "cfo": 8, "coo": 8, "cio": 8,
    "founder": 8, "cofounder": 8, "owner": 8, "partner": 7, "dean": 6, "master": 4, "expert": 4, "architect": 4,
    "leadership": 4, "management-level": 5, "boss": 5, "commander": 6, "captain": 5, "professor": 6, "consultant": 4,
    "specialist": 3, "veteran": 4, "guru": 4, "mentor": 3, "coordinator": 3, "strategist": 5, "officer": 3,
    "certified": 3, "chartered": 3, "licensed": 3, "registered": 3,
}  # fmt: skip
"""Words that claim a level. One with no source is `seniority_changed`; below 2 they make a title smaller."""

DIMINISHERS = frozenset("assistant deputy acting interim vice junior trainee student apprentice associate sous intern aspiring".split())
"""Before a title word these make it smaller: *assistant manager* is no manager."""

WEAK = {
    "helped": """help | assist | support | aid | contribute | participate | take part | be involve in | involve in | be part of | part of the team | part of a team
        | member of | as part of | play a part | play a role | lend a hand | give * hand | lend * hand | back up""",
    "shared": "jointly | together with | alongside | co | collaborate | collaboration | cooperate | cooperation | partner with | work with | work closely with | in partnership | in tandem | as a pair | one of | share | in a team | in a * team | in a gang | in a * gang | in a crew | in a * crew | in a squad | team effort | with one other | with two other | with three other | with four other | with some other | with * colleague | with * coworker | with * peer | with * classmate",
    "supervised": """under * supervision | under * direction | under * guidance | under * oversight | under * instruction | under * mentorship | under * eye | under supervision | under the supervision | under the direction | under the guidance | under direct supervision | under close supervision | after instruction | on instruction | on the instruction | instruct by
        | under direction | under guidance | supervise by | guide by | direct by | with supervision | with guidance | with support from | with help from | on behalf of""",
    "acting": "stand in | deputize | deputise | fill in | cover for | substitute for | act as | on behalf of | in the absence | relief | deputy to | deputy for | as deputy | as substitute | as a substitute | stand by",
    "learning": """learn | shadow | observe | study | familiar | familiarity | exposure | basic | introductory | coursework | beginner | elementary
        | training in | train in | in training | aspire | working towards | work toward | towards | toward | student | simulated | simulation""",
    "unfinished": """attempt | try | begin | start | plan to | intend to | propose | pitch | proposal | recommend | suggest | explore | prototype | pilot | proof of concept
        | trial | draft | interim | temporary | temporarily | pending | in progress | aim to | want to | wish to | hope to | ask to | due to sit | due to start | due to begin | due to take | due to become | apply to | await | result await | appear for | prepare to | candidate | unfinished | partially | partly | partial
        | not yet | yet to | consider | be promise""",
    "sometimes": """nearly all | almost all | nearly every | almost every | virtually all | the bulk of | where necessary | when necessary | if necessary | as necessary | when required | as required | occasional | occasionally | sometimes | as need | when need | on request | on occasion | from time to time | part time | rarely | seldom | some
        | most of | majority of | mainly | mostly | majorly | largely | primarily | predominantly | chiefly | for the most part | usually | normally | typically | generally | where possible | where need""",
}  # fmt: skip
"""Phrases (base forms) that make a statement smaller. What the source says in their reach, a line says with one of them."""

NEGATIONS = frozenset("no not without never none zero nor neither nothing non free cannot n't".split())

UP = frozenset(
    "raise increase grow boost lift expand rise climb gain more higher up double triple growth above multiply greater jump larger longer surge".split()
)
DOWN = frozenset(
    "reduce cut lower decrease trim shrink drop slash fall decline less fewer down halve reduction below shorter shorten diminish minimize save smaller lessen".split()
)

HOMOGRAPHS = frozenset(
    """go r c d swift spark rust ruby chef puppet salt ant flask express react node vault nomad julia dart elixir access
    excel word outlook teams slack notion oracle sage epic cerner flow beam storm hive pig scala crystal racket scheme
    basic ada unity unreal blender maya sketch figma canvas blackboard jasper pandas dash bottle pyramid django rails
    spring grape angular ember vue backbone gulp grunt parcel rollup chai mocha jest cypress selenium cucumber robot
    concourse drone travis circle buddy harness argo flux helm consul terraform packer vagrant docker swarm rancher
    square stripe shopify segment amplitude mode looker tableau snowflake redshift bigquery athena glue kinesis lambda
    toast clover lightspeed opera micros aloha lever workday concur expensify bill gusto rippling box dropbox zoom
    webex loom miro jira asana monday basecamp trello linear airtable coda revit inventor fusion navisworks solidworks
    sap abap apex force lightning heroku rake rack make cmake bazel ninja gradle maven ivy nix guix s q k f""".split()
)
"""Names of tools that are also words: as a name they need a name in the source (*Go* is not *go-live*)."""

TOOLS_ONLY = frozenset(
    """jira selenium pandas trello asana airtable webex miro dropbox expensify kinesis bigquery redshift solidworks navisworks revit figma shopify
    terraform cmake bazel gradle maven django heroku abap cerner guix tableau basecamp""".split()
)
"""Of these those that nobody writes for anything else: *jira* in lower case is the tool too."""

WORDS_TOO = HOMOGRAPHS - TOOLS_ONLY
"""The others: as a name they need a name in the source."""

TOOLS_AFTER_IN = frozenset("excel outlook oracle looker snowflake workday concur".split())
"""Of those the ones that are tools behind *in*, *using*, *with*: *in excel*, where nobody *excels*."""

HEADINGS = frozenset(
    """skills skill tools tool technical technologies technology software hardware languages language programming frameworks
    framework libraries library other core key soft professional general additional personal interpersonal competencies
    competency expertise areas area specialties methods method practices platforms platform systems system equipment
    databases database cloud infrastructure clinical and & hard transferable trade""".split()
)
"""Headings a skills group may take without a source: they name no skill."""

ALONE = frozenset(
    "personally alone own myself solo sole solely single-handedly singlehandedly handedly handed independently unaided unassisted".split()
)
"""Ways to say that nobody else did it; one needs another in the source."""

SELDOM = frozenset(
    "occasional occasionally sometimes mainly mostly chiefly largely partly predominantly primarily virtually practically".split()
)
"""Words that take something from a claim, never add to it."""
