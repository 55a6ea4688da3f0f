"""Words that tell what a piece of a header line is: a title, an organisation, a place, a degree.

Lists and word shapes only, so a verdict is evidence and not certainty: `title_evidence` and `organization_evidence` give
2 (strong), 1 (weak) or 0.
"""

from __future__ import annotations

import re
from functools import lru_cache

from resume_rag.text import fold

_TITLE_HEADS = frozenset(
    """accountant adjuster administrator adviser advisor aide agent ambassador analyst apprentice architect artist assembler
    assistant associate attendant attorney auditor author baker banker barber barista bartender bookkeeper broker builder buyer
    captain caregiver carpenter cashier ceo cfo chair chairman chairperson chef chief cio ciso clerk cleaner cmo co-creator
    co-founder cofounder coach commander conductor consultant contractor contributor controller coo cook coordinator copywriter
    correspondent counsel counsellor counselor creator crew curator custodian cto cpo dba dean dentist deputy designer detective
    developer devops director dispatcher doctor drafter driver economist editor educator electrician emt engineer estimator
    advocate maker host hostess concierge actuary actor referee collector cutter fitter framer picker porter mover coder maid
    examiner executive expert fabricator facilitator fellow firefighter foreman foreperson forester founder freelancer gardener
    geologist groundskeeper guard guide handyman head helper hygienist illustrator inspector installer instructor intern
    internship interpreter investigator janitor journalist journeyman judge laborer labourer landscaper lawyer lead leader
    lecturer liaison librarian lieutenant lineman lpn machinist maintainer manager marketer mason md mechanic mechanist mediator
    member mentor merchandiser midwife millwright minister moderator musician nanny nco ninja notary nurse nutritionist officer
    operative operator optician organizer organiser orderly owner packer painter paralegal paramedic pharmacist phlebotomist
    photographer physician physicist pilot planner plumber police postdoc practitioner preceptor presenter president principal
    producer professional professor programmer programmierer promoter proprietor psychologist rn realtor receptionist recruiter
    registrar rep representative reporter researcher resident rigger roofer sailor salesperson salesman sanitarian scholar
    scientist scrum-master secretary sergeant server sheriff shopper sme soldier solicitor specialist sre statistician steward
    stocker strategist student subscriber superintendent supervisor surgeon surveyor tailor teacher teller tester technician
    technologist therapist trader trainee trainer translator treasurer trustee tutor typist underwriter usher vet veterinarian
    videographer volunteer vp waiter waitress warden welder worker writer
    entwickler entwicklerin ingenieur ingenieurin leiter leiterin berater beraterin mitarbeiter mitarbeiterin werkstudent
    werkstudentin praktikant praktikantin geschäftsführer geschäftsführerin kaufmann kauffrau techniker lehrer lehrerin
    krankenpfleger krankenschwester projektleiter teamleiter softwareentwickler softwareentwicklerin referent sachbearbeiter
    ingénieur ingénieure développeur développeuse chef responsable directeur directrice stagiaire infirmier infirmière gérant
    ingeniero ingeniera desarrollador desarrolladora gerente director enfermero enfermera profesor profesora jefe técnico
    becario consultor consultora analista coordinador coordinadora desenvolvedor engenheiro enfermeiro""".split()
)
_TITLE_WORDS = frozenset(
    "senior sr junior jr lead principal chief deputy head vice registered licensed certified freelance managing summer trainee".split()
)
_ORGANIZATION_LAST = frozenset(
    """academy agency ag airlines airport alliance army arts associates association authority bakery bank bhd brewery brothers bureau
    bv b.v. cafe campus capital care center centre chain chapter charity church city clinic clinics club co co. cleaners coalition
    collective college commission committee communications community companies company construction consultancy consulting
    contractors contracting cooperative coop corp corp. corporation council county court dairy dental department deli depot
    diner division dynamics electric electrical electronics energy enterprise enterprises entertainment estate express
    factory farm farms federation finance financial firm force forces foods foundation freight fund garage gallery games gmbh
    government group grocery guard health healthcare heating holding holdings homes hospice hospital hospitals hotel hotels house
    inc inc. incorporated industries industry initiative innovations institute institution institutes insurance international
    kg kitchen kgaa lab laboratories laboratory labs league library limited llc llc. llp logistics ltd ltd. mall manufacturing
    market marketing markets mart media medical ministry mission motel motors mill mills municipality museum networks network
    navy ngo nursery office oil optics organization organisation oy painting partners partnership payments pharma pharmacy
    pharmaceuticals plant plastics plc plumbing police polytechnic power practice press primary productions products
    programme properties pty pvt railroad railway realty records refinery reserves resort restaurant restaurants retail roofing
    s.a. s.l. sa sarl sas savings school schools sciences security se services shelter shop society software solar solutions
    spa store stores studio studios supermarket supply systems team teams tech technologies technology telecom territory theater theatre
    therapeutics tools trading transit transport transportation travel trucking trust underwriters union universität universidad
    université university utilities ventures village warehouse water welding wholesale works workshop ymca zoo hochschule klinik
    klinikum krankenhaus schule verein e.v. hôpital clinique école lycée clínica colegio escuela instituto banco empresa
    公司 有限公司 集团 大学 学院 医院 银行 研究所 学校""".split()
)
_CHINESE_TITLES = tuple(
    "工程师 经理 总监 主管 助理 设计师 分析师 开发者 顾问 教师 护士 专员 实习生 主任 会计 エンジニア マネージャー".split()
)
# Words that end titles as often as names of firms: they say nothing by themselves.
_NEITHER = frozenset("services support team operations security software marketing finance power water office technology".split())
_NOT_AGENTS = frozenset(
    """center centre water power tower computer silver river labor labour motor harbor harbour paper twitter uber kroger daimler
    pfizer oscar winter summer october november december september master masters doctor major minor letter chapter cluster
    docker kotlin consumer customer career better number corner never ever other under over after order border manor mirror
    error color honor floor door meister hunter potter cooper parker walker baker fisher miller porter carter turner tyler
    server browser register newsletter interior exterior vendor sector vector tensor peer beer deer career""".split()
)
_HEAD_END = re.compile(r"\s+(?:of|for|in|at|de|du|des|der|für|im|bei|with|to|on)\s|[,(/|:;–—]|\s-\s")
_LEVEL = re.compile(r"\s+(?:[IVX]{1,4}|\d{1,2}|[A-C])$")
_LEGAL_FORM = re.compile(
    r"\b(?:Inc|LLC|L\.L\.C|Ltd|GmbH|Corp|Corporation|PLC|LLP|Pty|B\.V|N\.V|S\.A|Co)\b\.?$|\b(?:AG|SE|KG|SARL|SAS|AB|BV|NV|AS)$|& Co\b|公司"
)
_SCHOOL = re.compile(
    r"\b(?:universit\w*|college|school|institute?s?|institut\w*|academ\w*|polytechni\w*|hochschule|gymnasium|universidad|université|"
    r"école|escuela|colegio|lycée|conservatory|seminary|bootcamp|campus|faculty|MIT|UCLA|ETH|Caltech|UC \w+)\b|大学|学院|学校|中学",
    re.IGNORECASE,
)
_DEGREE = re.compile(
    r"""(?<![\w])(?:
      (?:associate|bachelor|master|doctor|magister)(?:['’]?s)?(?:\s+(?:degree|diploma))?(?:\s+of\s+(?:applied\s+|fine\s+|engineering\s+)?
        (?:science|sciences|arts|engineering|technology|business\s+administration|philosophy|education|laws?|nursing|commerce|
        social\s+work|public\s+health|medicine|music|architecture|design|computer\s+applications|computing|fine\s+arts|
        public\s+administration|studies|pharmacy|accountancy|economics))?(?:\s+degree)?
    | (?:[BM]\.?\s?(?:Sc|S|A|Eng|Tech|Ed|Com|Comm|E|BA|F\.?A|Arch|Phil|Pharm|Des|S\.?N|S\.?W|C\.?A|P\.?H|S\.?c)|Ph\.?\s?D|D\.?Phil|M\.?D|J\.?D|LL\.?[BM]|Ed\.?D|
        A\.?A\.?S|A\.?S|A\.?A|MBA|EMBA|BBA|BSCS|BSN|MSN|ADN|DNP|BCA|MCA|MPhil|PharmD|GED|HND|A[-\s]Levels?|GCSEs?|Abitur|Diplom|Licence|Licenciatura|Licenciado|
        Grado|Máster|Maestría|Doctorado|Doctorat|Baccalauréat|Bac\s?\+\s?\d|DUT|BTS)\.?(?:\s?\([A-Za-z.\s]{1,12}\))?
    | (?:advanced\s+|national\s+|graduate\s+|postgraduate\s+|higher\s+national\s+|higher\s+|high\s+school\s+|professional\s+|undergraduate\s+)?(?:diploma|certificate|degree)
    | high\s+school | secondary\s+school\s+certificate | apprenticeship | exchange\s+(?:semester|year) | minor | major | ausbildung
    | post-?doc(?:torate)? | doctorate | honou?rs\s+degree | 博士 | 硕士 | 学士 | 本科 | 学位
    )(?![\w])""",
    re.VERBOSE | re.IGNORECASE,
)
_STATES = frozenset(
    """AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN
    TX UT VT VA WA WV WI WY DC PR ON QC BC AB MB SK NS NB NL PE YT NT NU NSW VIC QLD WA TAS ACT""".split()
)
_COUNTRY_CODES = frozenset(
    """AE AT AU BE BG BR CH CN CY CZ DK EE EG ES FI FR GB GH GR HK HU IE IS JP KE KR LK LT LU LV MT MX MY NG NO NZ PH PK PL RO RS SA SG
    SI SK TH TR TW UA VN ZA""".split()
)
"""ISO 3166 codes that are no usual abbreviation of anything else (IT, QA and HR are departments) and no state."""
_REGIONS = frozenset(
    name.strip()
    for name in [
        "alabama",
        "alaska",
        "arizona",
        "arkansas",
        "california",
        "colorado",
        "connecticut",
        "delaware",
        "florida",
        "hawaii",
        "idaho",
        "illinois",
        "\n    indiana",
        "iowa",
        "kansas",
        "kentucky",
        "louisiana",
        "maine",
        "maryland",
        "massachusetts",
        "michigan",
        "minnesota",
        "mississippi",
        "missouri",
        "montana",
        "nebraska",
        "nevada",
        "\n    new hampshire",
        "new jersey",
        "new mexico",
        "new york",
        "north carolina",
        "north dakota",
        "ohio",
        "oklahoma",
        "oregon",
        "pennsylvania",
        "rhode island",
        "south carolina",
        "\n    south dakota",
        "tennessee",
        "texas",
        "utah",
        "vermont",
        "virginia",
        "washington",
        "west virginia",
        "wisconsin",
        "wyoming",
        "district of columbia",
        "puerto rico",
        "ontario",
        "\n    quebec",
        "british columbia",
        "alberta",
        "manitoba",
        "saskatchewan",
        "nova scotia",
        "new brunswick",
        "england",
        "scotland",
        "wales",
        "northern ireland",
        "bavaria",
        "bayern",
        "\n    hessen",
        "catalonia",
        "karnataka",
        "maharashtra",
        "tamil nadu",
        "telangana",
        "gujarat",
        "kerala",
        "punjab",
        "new south wales",
        "victoria",
        "queensland",
        "any state",
    ]
)
_COUNTRIES = frozenset(
    name.strip()
    for name in [
        "usa",
        "us",
        "u.s.",
        "u.s.a.",
        "united states",
        "united states of america",
        "uk",
        "u.k.",
        "united kingdom",
        "great britain",
        "ireland",
        "canada",
        "\n    mexico",
        "méxico",
        "brazil",
        "brasil",
        "argentina",
        "chile",
        "colombia",
        "peru",
        "germany",
        "deutschland",
        "austria",
        "österreich",
        "switzerland",
        "schweiz",
        "suisse",
        "france",
        "\n    spain",
        "españa",
        "portugal",
        "italy",
        "italia",
        "netherlands",
        "the netherlands",
        "belgium",
        "luxembourg",
        "denmark",
        "sweden",
        "norway",
        "finland",
        "iceland",
        "poland",
        "czech republic",
        "\n    czechia",
        "slovakia",
        "hungary",
        "romania",
        "bulgaria",
        "greece",
        "turkey",
        "türkiye",
        "ukraine",
        "russia",
        "serbia",
        "croatia",
        "slovenia",
        "estonia",
        "latvia",
        "lithuania",
        "\n    israel",
        "egypt",
        "morocco",
        "nigeria",
        "ghana",
        "kenya",
        "ethiopia",
        "tanzania",
        "uganda",
        "south africa",
        "india",
        "pakistan",
        "bangladesh",
        "sri lanka",
        "nepal",
        "\n    china",
        "hong kong",
        "taiwan",
        "japan",
        "south korea",
        "korea",
        "singapore",
        "malaysia",
        "indonesia",
        "thailand",
        "vietnam",
        "philippines",
        "australia",
        "new zealand",
        "\n    uae",
        "united arab emirates",
        "saudi arabia",
        "qatar",
        "kuwait",
        "jordan",
        "lebanon",
        "iran",
        "iraq",
        "costa rica",
        "panama",
        "ecuador",
        "uruguay",
        "venezuela",
        "\n    cameroon",
        "senegal",
        "tunisia",
        "algeria",
        "zimbabwe",
        "zambia",
        "rwanda",
        "cuba",
        "jamaica",
        "belarus",
        "georgia",
        "armenia",
        "kazakhstan",
        "中国",
        "日本",
    ]
)
_CITIES = frozenset(
    name.strip()
    for name in [
        "london",
        "berlin",
        "paris",
        "new york",
        "new york city",
        "nyc",
        "san francisco",
        "los angeles",
        "chicago",
        "boston",
        "seattle",
        "munich",
        "münchen",
        "\n    hamburg",
        "vienna",
        "wien",
        "zurich",
        "zürich",
        "geneva",
        "amsterdam",
        "dublin",
        "madrid",
        "barcelona",
        "lisbon",
        "rome",
        "milan",
        "stockholm",
        "copenhagen",
        "oslo",
        "helsinki",
        "\n    warsaw",
        "prague",
        "budapest",
        "toronto",
        "vancouver",
        "montreal",
        "sydney",
        "melbourne",
        "tokyo",
        "beijing",
        "shanghai",
        "shenzhen",
        "hong kong",
        "singapore",
        "bangalore",
        "\n    bengaluru",
        "mumbai",
        "delhi",
        "new delhi",
        "hyderabad",
        "chennai",
        "pune",
        "dubai",
        "tel aviv",
        "são paulo",
        "buenos aires",
        "mexico city",
        "bogotá",
        "santiago",
        "lima",
        "\n    washington dc",
        "washington, dc",
        "washington d.c.",
        "houston",
        "dallas",
        "austin",
        "denver",
        "atlanta",
        "miami",
        "philadelphia",
        "phoenix",
        "san diego",
        "\n    portland",
        "minneapolis",
        "detroit",
        "cologne",
        "köln",
        "frankfurt",
        "stuttgart",
        "düsseldorf",
        "leipzig",
        "manchester",
        "birmingham",
        "edinburgh",
        "glasgow",
        "\n    lagos",
        "nairobi",
        "cape town",
        "johannesburg",
        "cairo",
        "istanbul",
        "moscow",
        "kyiv",
        "seoul",
        "taipei",
        "bangkok",
        "jakarta",
        "manila",
        "kuala lumpur",
        "\n    北京",
        "上海",
        "深圳",
        "杭州",
        "广州",
    ]
)
_REMOTE = re.compile(r"(?:fully\s+|100\s?%\s+)?(?:remote|hybrid|on-?site|home office|telework|worldwide)(?:\s*\(.{1,30}\))?", re.IGNORECASE)


def _head_noun(text: str) -> str:
    head = _HEAD_END.split(text.strip(), maxsplit=1)[0].strip()
    previous = None
    while previous != head:
        previous, head = head, _LEVEL.sub("", head)
    return head.rsplit(" ", 1)[-1].casefold().strip(".,")


@lru_cache(maxsize=8192)
def title_evidence(text: str) -> int:
    """How much a piece looks like a job title: 2 for a known word at its head, 1 for a word or ending that titles have.

    >>> title_evidence("Director of Systems"), title_evidence("Senior Widget Wrangler"), title_evidence("Quillmark Freight Systems")
    (2, 1, 0)
    """
    if not text or len(text) > 120:
        return 0
    if text.strip().endswith(_CHINESE_TITLES):
        return 2
    head = _head_noun(text)
    words = re.findall(r"[^\W\d_][\w'’-]*", text.casefold())
    parts = re.split(r"[/&-]", head)
    if head in _TITLE_HEADS or parts[-1] in _TITLE_HEADS or (len(parts) > 1 and parts[0] in _TITLE_HEADS):
        return 2
    if head in _ORGANIZATION_LAST:
        return 0
    if any(word in _TITLE_HEADS for word in words[:4]) and len(words) <= 8:
        return 1
    if any(word in _TITLE_WORDS for word in words[:2]):
        return 1
    is_agent = re.search(r"(?:er|or|ist|ian|man|woman|eer|tech|hand)$", head) is not None
    return int(is_agent and len(head) > 5 and head not in _NOT_AGENTS and len(words) <= 5 and len(words) > 1)


@lru_cache(maxsize=8192)
def organization_evidence(text: str) -> int:
    """How much a piece looks like the name of an employer or school.

    >>> organization_evidence("ABC Company, Inc."), organization_evidence("Bank of America"), organization_evidence("Staff Nurse")
    (2, 2, 0)
    """
    if not text or len(text) > 120:
        return 0
    if _LEGAL_FORM.search(text.strip()) or re.match(
        r"(?:university|bank|state|city|county|department|ministry|institute) of\b", text, re.IGNORECASE
    ):
        return 2
    head = _head_noun(text)
    if head in _ORGANIZATION_LAST or any(text.rstrip().endswith(word) for word in ("公司", "集团", "大学", "医院")):
        return 1 if head in _NEITHER else 2
    last = re.sub(r"\W*\([^)]*\)\W*$", "", text).rsplit(" ", 1)[-1].casefold().strip(",")
    return int((last in _ORGANIZATION_LAST and last not in _NEITHER) or _SCHOOL.search(text) is not None)


def is_school(text: str) -> bool:
    """Whether a piece names a place of learning.

    >>> is_school("Lake Harbor Technical College"), is_school("B.Sc. Computer Science")
    (True, False)
    """
    return _SCHOOL.search(text) is not None and not re.match(r"(?:high|secondary) school (?:diploma|certificate)", text, re.IGNORECASE)


def find_degree(text: str) -> re.Match[str] | None:
    """The first degree in a text.

    >>> find_degree("Bachelor of Science in Nursing").group(), find_degree("B.Sc. Computer Science").group()
    ('Bachelor of Science', 'B.Sc.')
    """
    for match in _DEGREE.finditer(text):
        # Short forms are abbreviations only in capitals: "as" and "ma" are words.
        word = match.group().strip(".")
        if (
            len(word.replace(".", "")) > 3
            or (word[0].isupper() and (word.isupper() or "." in word or word[1:2].islower()))
            or not word.isascii()
        ):
            return match
    return None


def is_region(text: str) -> bool:
    """Whether a piece is a state, province or country by name or usual abbreviation."""
    text = re.sub(r"\s+\d{5}(?:-\d{4})?$", "", text.strip(" ."))
    return text in _STATES or fold(text) in _REGIONS or is_country(text)


def is_country(text: str) -> bool:
    """Whether a piece is a country."""
    word = fold(text.strip(" "))
    return word in _COUNTRIES and (word != "us" or text.strip().isupper())


def is_country_code(text: str) -> bool:
    """Whether a piece is a country's code in capitals: only beside a city is it a place for sure."""
    return text.strip() in _COUNTRY_CODES


def is_place(text: str) -> bool:
    """Whether a piece by itself is a place: a known city, a country, or remote work."""
    return fold(text.strip(" .")) in _CITIES or is_region(text) or _REMOTE.fullmatch(text.strip()) is not None
