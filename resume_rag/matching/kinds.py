"""What a fact is a case of, though it does not say the word: Docker is a container tool, a rota is a schedule of shifts.

A post asks for "containers", a resume names Docker; the two share no word, and a small embedding does not know. Each row is what
is true of a thing by what it is, in any trade, never what is merely likely of a person who has it. English only; knows no
thresholds.
"""

from __future__ import annotations

import re
from functools import lru_cache

from resume_rag.matching.words import asked_stems, find_family

_NEW_PEOPLE = r"(?:apprentices?|trainees?|interns?|junior \w+|juniors|new (?:\w+ )?(?:hires?|starters?|staff|nurses|colleagues|joiners))"
_ROWS: tuple[tuple[str, str], ...] = (
    # software
    (r"docker|podman|containerd", "containers; container technologies; containerization; containerized applications"),
    (r"kubernetes|k8s|openshift|\bEKS\b|\bGKE\b|\bAKS\b", "containers; container orchestration; containerized applications"),
    (
        r"gitlab[ -]ci|github actions|jenkins|circleci|travis ci|teamcity|argo ?cd|buildkite|azure pipelines|\bCI/CD\b",
        "continuous integration; continuous delivery; continuous deployment; CI/CD; CI/CD pipelines; deployment pipelines; build automation",
    ),
    (r"terraform|pulumi|cloudformation|ansible|puppet\b", "infrastructure as code; infrastructure automation; configuration management"),
    (r"\bAWS\b|amazon web services|\bazure\b|\bGCP\b|google cloud", "cloud; cloud platforms; cloud services; public cloud"),
    (r"prometheus|grafana|datadog|new relic|nagios|zabbix|splunk", "monitoring; observability; monitoring tools"),
    (r"kafka|rabbitmq|kinesis|activemq", "message queues; message brokers; messaging; event streaming"),
    (r"postgres\w*|mysql|mariadb|oracle database|sql server", "relational databases; SQL databases; databases"),
    (r"mongodb|cassandra|dynamodb|couchdb|\bredis\b", "NoSQL; NoSQL databases; databases"),
    (r"\bredis\b|memcached", "caching"),
    (r"(?-i:\bReact\b)|react\.?js|angular|\bvue\b|svelte", "frontend frameworks; front-end frameworks; JavaScript frameworks"),
    (r"django|flask|fastapi|ruby on rails|\bspring (?:boot|mvc|framework)|laravel|express\.js", "web frameworks; backend frameworks"),
    (r"\bgit\b|gitlab|github|\bsvn\b", "version control; source control"),
    (r"\bscrum\b|kanban|\bsprints?\b", "agile; agile methods; agile development"),
    (r"(?-i:\bREST\b|\bSOAP\b)|restful|graphql|grpc", "APIs; API design; web services"),
    (r"(?-i:\bTableau\b|\bLooker\b)|power bi|qlik", "dashboards; data visualization; data visualisation; business intelligence; BI tools"),
    (r"pytorch|tensorflow|scikit-learn|keras|xgboost", "machine learning; machine learning frameworks"),
    (r"pytest|junit|(?-i:\bJest\b)|unit tests?", "unit testing; automated testing; automated tests; test automation"),
    (r"selenium|cypress|playwright", "test automation; automated testing; end-to-end testing"),
    (r"\bon[- ]call\b", "on-call; on-call rotation; on-call duty; incident response"),
    (r"\brunbooks?\b|\bplaybooks?\b", "documentation; operational documentation; technical documentation"),
    (r"core web vitals|largest contentful paint|lighthouse score", "web performance"),
    (r"\blinux\b|ubuntu|debian|red hat|\brhel\b", "Unix; Unix systems; operating systems"),
    # the office
    (r"(?-i:\bExcel\b|\bEXCEL\b)|google sheets", "spreadsheets; spreadsheet software"),
    (r"(?-i:\bExcel\b|\bOutlook\b)|powerpoint|microsoft word|ms word", "Microsoft Office; MS Office; office software"),
    (r"(?-i:\bSAP\b)|netsuite|oracle ebs|dynamics 365|\bodoo\b", "ERP; ERP systems"),
    (r"salesforce|hubspot|\bzoho\b|pipedrive", "CRM; CRM systems; CRM software"),
    (r"quickbooks|\bxero\b|(?-i:\bSage \d)|\bdatev\b", "accounting software; bookkeeping software"),
    (r"(?-i:\bWorkday\b|\bADP\b)|bamboohr", "HRIS; HR systems; HR software"),
    (
        r"(?:to|for) the board\b|board of directors|executive (?:team|committee)|c-suite",
        "senior stakeholders; senior management; executives",
    ),
    # health and care
    (
        r"(?-i:\bEpic\b|\bEPIC\b)|cerner|meditech|allscripts|athenahealth",
        "EHR; EMR; electronic health records; electronic medical records; electronic charting",
    ),
    (r"x-?rays?\b", "radiographs; radiography"),
    (r"radiograph", "x-rays"),
    (r"ventilators?\b|ventilated", "mechanical ventilation"),
    (r"\b(?:ECG|EKG)\b|telemetry", "cardiac monitoring; ECG; EKG"),
    (r"dentrix|eaglesoft", "dental software; practice management software"),
    # trades and plants
    (r"controllogix|compactlogix|studio 5000|tia portal|\bs7-\d+", "PLCs; PLC programming; programmable logic controllers"),
    (r"\bVFDs?\b|variable[- ]frequency drives?", "variable speed drives; drives"),
    (r"\bmaximo\b|\bfiix\b|\bemaint\b", "CMMS; computerized maintenance management system"),
    (r"lock-?out|tag-?out|\bLOTO\b", "energy isolation; energy isolation procedures; lockout tagout"),
    (r"(?-i:\bMIG\b)", "GMAW"),
    (r"(?-i:\bTIG\b)", "GTAW"),
    (r"flux[- ]core", "FCAW"),
    (r"\bstick weld|\bstick\b(?=.*\b(?:plate|pipe|steel|weld))", "SMAW"),
    (r"safety talks?|toolbox talks?", "safety briefings; safety meetings; safety training"),
    (r"takeoffs?|take-offs?", "estimates; estimating; quantity estimates"),
    # shops, kitchens, hotels, depots
    (r"\brotas?\b|\brosters?\b|shift plans?", "shift schedules; schedules; staff scheduling; staff schedules; schedule shifts; scheduling"),
    (r"window displays?|planograms?", "visual merchandising; merchandising"),
    (r"\bthe tills?\b|cash registers?", "POS; point of sale; cash handling"),
    (r"\b(?:spring|summer|autumn|fall|winter) menus?\b", "seasonal menus"),
    (r"\bHACCP\b|servsafe", "food safety"),
    (r"opera pms|\bfidelio\b", "property management system; hotel software"),
    (r"zendesk|freshdesk|servicenow", "ticketing; ticketing systems; help desk software"),
    (r"forklifts?|reach trucks?|pallet jacks?", "material handling equipment; powered industrial trucks"),
    (r"without an? (?:preventable |chargeable )?accident|accident-free", "clean driving record; safe driving record; safe driving"),
    (r"electronic logs?\b|\bELDs?\b", "ELD; electronic logging devices; hours of service"),
    # schools, courts, people
    (r"special (?:educational )?needs|(?-i:\bSEND?\b|\bIEPs?\b)", "SEND; SEN; special education; special educational needs"),
    (r"(?-i:\bRelativity\b)|everlaw|logikcull", "e-discovery; document review software"),
    (r"westlaw|lexisnexis", "legal research; legal research tools"),
    (
        rf"\b(?:train|coach|guid|mentor|supervis|look\w* after|show)\w*\b(?:\W+\w+){{0,3}}?\W+{_NEW_PEOPLE}",
        "mentoring; coaching; mentoring colleagues; coaching apprentices; training new staff; onboarding",
    ),
)


def _families(text: str) -> frozenset[str]:
    return frozenset(find_family(part) for part in asked_stems(text))


_KINDS = tuple((re.compile(pattern, re.I), tuple(map(_families, kinds.split(";")))) for pattern, kinds in _ROWS)


@lru_cache(maxsize=4096)
def find_kinds(text: str) -> tuple[frozenset[str], ...]:
    """What a fact is a case of: for each phrase the families of its words, all of which a target must hold.

    >>> [sorted(words) for words in find_kinds("Served on Redis")][-1:]
    [['cach']]
    """
    return tuple(dict.fromkeys(words for pattern, kinds in _KINDS if pattern.search(text) for words in kinds if words))
