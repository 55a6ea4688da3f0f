"""Numbers in a line: digits, words, currencies, scales, per cent, ranges, multiples.

Every number becomes one `Quantity`; *six*, *6* and *1.2k*, *1,200* come out the same. What a number measures is
found by `numbers.py`. Knows nothing of facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from resume_rag.grounding.lexicon import quantities as lex

_DIGITS = re.compile(
    r"""
    (?<![\w.])(?<![A-Za-z]-)(?!24/7)(?<!24/)
    (?P<cur>(?:US|CA?|AU?|NZ|HK|S|R)?[$€£¥₹]|Rs\.?(?=\s?\d)|R(?=\d{2})|(?:EUR|USD|GBP|CHF|INR|CAD|AUD|SEK|NOK|DKK|PLN|JPY|KES|ZAR|NGN|GHS|UGX|TZS|EGP|AED|SAR|ILS|TRY|BRL|MXN|SGD|HKD|NZD|THB|PHP|IDR|MYR|CZK|HUF|RON|KRW|CNY|RMB|UAH)(?=\s?\d))?\s?
    (?P<num>\d{1,3}(?:[,  ' ]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:[.,]\d+)?)
    (?!\d)(?![.:]\d)
    (?:[\s-]?(?P<scale>[kKM]|MM|mn|[mM]io\.?|[mM]rd\.?|bn|[mbB]|thousand|million|billion|lakhs?|lacs?|crores?|cr|hundred|grand|dozen)(?![A-Za-z0-9²³]|-\d))?
    (?P<plus>\s?\+(?!\s?\d))?
    (?:[\s-]?(?P<unit>(?<=\.\d)s\b|(?<=\.\d\d)s\b|(?<=\d)p\b|%|percent(?:age[\s-]points?)?|pp\b|pts\b|p\.c\.|pc\b|per\ cent|pct|°[CF]|degrees?\s(?:Celsius|Fahrenheit|centigrade)\b|[x×](?!\w)|fold\b|times\b|sq\.?\s?(?:ft|feet|m|metres|meters|yards)\b|square[\s-](?:feet|foot|metres|meters|miles|km|kilometres|kilometers)\b|sqft|sqm\b|m²|m2\b))?
    (?P<plus2>\+)?
    (?:\s?(?P<cur2>€|£|T€|TEUR\b|quid\b|bucks\b|(?:Swedish\ )?kron(?:or|a)\b|(?:Norwegian\ |Danish\ )?kroner\b|(?:Swiss\ )?francs\b|yen\b|zloty(?:s|ch)?\b|rand\b|naira\b|baht\b|shillings\b|dirhams\b|reais\b|yuan\b|EUR\b|USD\b|GBP\b|CHF\b|CAD\b|AUD\b|NZD\b|SEK\b|NOK\b|DKK\b|PLN\b|JPY\b|KES\b|INR\b|euros?\b|(?:U\.?S\.?\ |American\ |Canadian\ |Australian\ |New\ Zealand\ )?dollars?\b|pounds?(?=\s(?:sterling|of\ funding))|(?:Indian\ )?rupees\b))?
    (?![A-SU-Za-su-z0-9_]|[Tt]\w|[½¼¾⅓⅔])
    """,
    re.VERBOSE,
)
_ISO_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)-(0[1-9]|1[0-2])(?:-(\d\d))?(?!\d)")
_SPAN_OF_YEARS = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:[-–]|\s?/\s?)(\d\d)(?![\d/])")
"""*FY 2016-17*, *2016/17*; but *2011-12* may be a month."""
_MONTHS = 12
_WORDS = re.compile(r"[A-Za-z]+")
_MORE = frozenset("above more over up upwards greater higher longer older larger".split())
_BOUND_AFTER = re.compile(
    r"(?:\s[a-z]+)?\s(?:and|or|&)\s(above|more|over|up|upwards|greater|higher|longer|older|larger|below|less|under|fewer|lower|down|shorter|younger|smaller)\b(?!\s(?:the|a|than|[\d€£$]))",
    re.IGNORECASE,
)
_COMPOUND = re.compile(r"(?<![\w.])(\d+)\s?(h|hrs?|hours?)\s?(?:and\s)?(\d+)\s?(m|mins?|minutes?)\b|(?!)", re.IGNORECASE)
_SHORT_COMPOUND = re.compile(r"(?<![\w.])(\d+)\s?h\s?([0-5]\d)(?![\w.:]|\s?(?:m|mins?|minutes?)\b)")
_CLOCK = re.compile(r"(?<![\w.:])(1[0-2]|0?[1-9])(?:[:.](\d\d))?\s?(?:([ap])\.?m\b\.?|o'clock\b)", re.IGNORECASE)
_COLON = re.compile(r"(?<![\w.:])([01]?\d|2[0-3]):([0-5]\d)(?![\d:]|[.,]\d)")
_TIGHT = re.compile(
    r"(?<![\w.,$€£])(?<![A-Za-z]-)(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(kg|mg|g|km|cm|mm|ft|lbs?|oz|ml|mL|l|L|kWh|MWh|kW|MW|GW|W|kV|V|TB|GB|MB|KB|kB|Hz|kHz|MHz|GHz|mph|rpm|hp|secs?|s|hrs?|h|mins?|min|yrs?|wks?|ha|yd|A|°?[CF])(?![\w²³-])"
)
"""*10kg*, *45s*: a unit without a space; not *the 1990s*."""
_LONG_UNIT = re.compile(
    r"[\s-](miles\s(?:per|an)\shour|kilomet(?:er|re)s\s(?:per|an)\shour|revolutions\s(?:per|a)\sminute|cubic\s(?:met(?:er|re)s?|feet|yards?)|m[3³]|square[\s-](?:foot|feet|met(?:er|re)s?|miles|yards)|ft[²2]|kilowatt[\s-]hours?|basis\spoints?)(?!\w)",
    re.IGNORECASE,
)
_MIXED = re.compile(r"(?<![\w/.,])(?:(\d+)(?:\s|(?=[½¼¾⅓⅔])))?(½|¼|¾|⅓|⅔|1/2|1/4|3/4|1/3|2/3)(?![\w/])")
"""*2½ years*, *2 1/2 years*, *by 2/3*."""
_HALF_POINT = re.compile(r"\bhalf\sa\s(?:percentage\s)?point\b", re.IGNORECASE)
_HALF_A = re.compile(r"\bhalf(?:-|\s(?:an?\s)?)(year|month|week|day|hour|minute|second|mile)\b", re.IGNORECASE)
_AND_A_HALF = re.compile(
    r"\b(?:(?:an?|one|first|last)\s)?(year|month|week|day|hour|minute)\sand\sa\shalf\b|\b(one|two|three|four|five|six|\d+)\sand\sa\shalf\s(years|months|weeks|days|hours|minutes)\b|\b(one|two|three|four|five|six|seven|eight|nine|ten|\d+)\sand\sa\shalf\b(?!\s(?:years|months|weeks|days|hours|minutes))",
    re.IGNORECASE,
)
_A_YEAR = re.compile(
    r"\b(?:for|within|in|over|during|after|under|lasting|than|takes?|took|taking|from|to|lasted|needed)\s(an?\s(year|month|week|fortnight|day|hour|minute))\b(?!\sand\sa\shalf)(?!-)(?!\s\d)",
    re.IGNORECASE,
)
_AGED = re.compile(
    r"\b(?:aged|ages|age\s(?:groups?|range))(?:\sof|\sfrom|\sbetween)?\s(?:\w+(?:\s(?:to|and|-|–)\s|\s?[-–]\s?))?$", re.IGNORECASE
)
_A_YEAR_LATER = re.compile(r"\b(an?\s(year|month|week|day|hour|minute))\s(?:later|earlier|ago)\b", re.IGNORECASE)
_ONE_IN = re.compile(r"(?<=[\da-z])-in-(?=[\da-z])(?=(?:\d+|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty)\b)")
"""*one-in-three*: written apart, with every place kept."""
_BEFORE_HALF = frozenset("over about nearly almost around roughly least under approximately".split())
_BEFORE_PART = frozenset("was is were are from to with of by about around roughly nearly almost only just over than".split())
_AFTER_PART = frozenset("of to in when before at now from after once last this until by coming then earlier previously".split()) | {""}
"""*it was a quarter when I came*, *with a third coming in the last two hours*; not *60 a quarter*."""
_ELLIPTIC = re.compile(
    r"\s*(?:$|[,.;:)\]]|(?:now|today|then|before|after|afterwards|earlier|previously|when|once|instead|on\saverage|at\spresent|last\syear|the\syear|this\syear|by\s[a-z]+ing|by\s(?:the|year|my|(?:19|20)\d\d))\b"
    r"|in\s(?:(?:19|20)\d\d|the\b|my\b|January|February|March|April|May|June|July|August|September|October|November|December))"
)
_BETWEEN_BOUND = re.compile(
    r"\s(?:just\s)?(?:about|around|roughly|nearly|almost|under|below|over|less\sthan|fewer\sthan|more\sthan|some|an\sinitial)\s$"
)
_NOT_MEASURED = re.compile(r"[.;!?]\s|\b(?:year|grade|level|phase|week|day|month|no|number|of|remaining|other|another)\s$", re.IGNORECASE)
_YEAR_OF_IT = re.compile(r"\s(?:the\syear\sbefore|last\syear|the\sprevious\syear|previously|in\s(?:19|20)\d\d)\b")
_WHILE = re.compile(r"\b(?:in|within|over|for|after|during|inside)\s(?:about\s|only\s|just\s)?$", re.IGNORECASE)
_A_WHILE = re.compile(
    r"\s(?:(?!each|every)[a-z]{4,}\s)?(?:weekend|night|season|shift|session|term|semester|morning|evening|summer|winter|sprint|round|visit|month|week|year|day)s?\b(?!\s(?:an?|per)\s)"
)
"""*over two weekends*, *within two seasons*: when, not how many."""
_MORE_OF_IT = re.compile(r"\s(?:more|fewer|extra|additional|further)\s([a-z]+)\b")
_KIND_OF_TIME = re.compile(
    r"\s(?!(?:and|or|to|of|per|an?|in|on|at|by|for|from|with|the|out|over|under|up|down|hours?|days?|weeks?|months?|years?|nights?|times?|staff|people)\s)[a-z]{4,}\s(hours|hrs|days|weeks|months|years)\b(?!\s(?:courses?|shifts?|tests?|exams?))"
)
"""*9,400 flight hours*: the word between stays a word."""
_SET_AGAINST = re.compile(r"\b(?:earlier|previously|before|formerly|instead|says|used to)\b")
_INHERIT_CHARS, _LEAST_RATIO = 60, 0.02
_DIGIT = re.compile(r"[\d½¼¾⅓⅔]")
_SQUARE = re.compile(r"sq|square|²|m2")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit; `unit` is empty for a plain count. Offsets count code points of the line."""

    text: str
    value: float
    unit: str
    start: int
    end: int
    bound: str = ""  # min, max, about
    vague: bool = False


def find_quantities(text: str) -> list[Quantity]:
    """The numbers of a text, in order.

    >>> [(q.value, q.unit) for q in find_quantities("cut €2.1 million by 35 percent in twenty-five weeks, 1.2k users")]
    [(2100000.0, 'eur'), (35.0, '%'), (175.0, 'day'), (1200.0, '')]
    >>> [q.value for text in ("FY 2016-17", "1999/00", "2019/05", "2011-12") for q in find_quantities(text)]
    [2016.0, 2017.0, 1999.0, 2000.0, 2019.0, 5.0, 2011.0]
    """
    text = _ONE_IN.sub(" in ", text)
    found = [*_find_dates(text), *_find_compounds(text)]
    taken = [(q.start, q.end) for q in found]
    for match in _DIGITS.finditer(text) if _DIGIT.search(text) else ():
        if not any(a < match.end() and match.start() < b for a, b in taken):
            found.append(_from_digits(text, match))
    taken = [(q.start, q.end) for q in found]
    found += [q for q in _find_worded(text) if not any(a < q.end and q.start < b for a, b in taken)]
    return _inherit_units(text, _share_units(text, sorted(found, key=lambda q: q.start)))


def _inherit_units(text: str, found: list[Quantity]) -> list[Quantity]:
    """In *took 50 minutes, now takes 35* the second number, which has no noun of its own, has the unit of the first."""
    for i, b in enumerate(found[1:]):
        a = next((q for q in reversed(found[: i + 1]) if q.unit != "calendar"), found[i])
        far = b.bound and b.bound != "about" and not re.search(r"\b(?:to|from)\s+(?:just\s)?[a-z]+(?:\sthan)?\s+$", text[a.end : b.start])
        if b.unit or b.vague or far or a.unit in {"", "calendar", "clock", "x", "points"} or not a.value:
            continue
        between, after = text[a.end : b.start], text[b.end :]
        if a.unit == "%" and re.match(r",?\sfrom\b", between) and re.search(r"\bby\s+(?:[a-z]+\s)?$", text[: a.start]):
            continue  # "by 50 %, from 1,400 in the first season"
        counted = any(not q.unit and not q.vague and q.value > b.value for q in found[: i + 1])  # "11 murals of 40 m², nine of them"
        share = (
            a.unit not in {"%", "usd", "eur", "gbp"} and not counted and re.match(r"(?:,)?\s(?:hours\s)?of\s(?:them|which|these)\b", after)
        )
        if (
            not (_ELLIPTIC.match(after) or share)
            or len(between) > _INHERIT_CHARS
            or _NOT_MEASURED.search(between)
            and not (";" in between and _YEAR_OF_IT.match(after))
        ):
            continue
        if _WHILE.search(text[: a.start]) and not _SET_AGAINST.search(between):
            continue  # "in 14 months, down by 17": how long it took is no measure of the other
        value = b.value * find_factor(a)
        if _LEAST_RATIO < value / a.value < 1 / _LEAST_RATIO:
            found[i + 1] = replace(b, unit=a.unit, value=value)
    return found


def _share_units(text: str, found: list[Quantity]) -> list[Quantity]:
    """In *from 14 to 6 minutes*, *€1.2 to 2.1 million* and *from 14 minutes to 6* both ends have the unit."""
    for i, (a, b) in enumerate(zip(found, found[1:], strict=False)):
        if a.unit == "month" and not b.unit and "year" in a.text and re.match(r"\s(?:in|at|as|of them|with)\b", text[b.end :]):
            if re.fullmatch(r",?\s(?:[a-z][\w-]*\s){0,6}and\s|\sin\s[\w\s-]{2,40},\s", text[a.end : b.start]):
                found[i + 1] = replace(b, unit="month", value=b.value * 12)  # "five years in X and three in Y"
            continue
        if not re.fullmatch(
            r"(?:\s(?:an?|per)\s[a-z]+(?=\s(?:to|from)))?-?,?\s*(?:to|from|to an?|from an?|down from|up from|-|–|->|=>|→|and|through|or|instead of|rather than|versus|vs\.?|compared with|compared to|against)\s*(?:(?<=\s)(?:just\s)?(?:about|around|roughly|nearly|almost|under|below|over|less\sthan|fewer\sthan|more\sthan|some|an\sinitial)\s)?|\s+(?!points)[a-z]+\s+to\s*",
            text[a.end : b.start],
        ):
            continue
        if (
            re.fullmatch(r"\s+[a-z]+\s+to\s*", text[a.end : b.start])
            and not re.search(r"\b(?:from|between)\s+$", text[: a.start], re.IGNORECASE)
            and not re.match(r"\s+(?:down|up)\s", text[a.end : b.start])
        ):
            continue  # "my two groups to 73 %"
        joined = re.sub(r"^\s(?:an?|per)\s[a-z]+(?=\s)", "", _BETWEEN_BOUND.sub(" ", text[a.end : b.start])).strip(" -,") or "-"
        if "," in text[a.end : b.start]:
            opened = re.search(r"\b(by|to|at)\s+(?:\w+\s+){0,2}$", text[: a.start])
            if not joined.endswith("from") or opened is None or opened.group(1) == "by" and a.unit in {"%", "points", "x"}:
                continue  # "by 15 minutes, from 50"; not "in two years, from 50"
        if joined == "from" and not a.unit and text[: a.start].split()[-1:] in (["of"], ["with"], ["for"]):
            continue  # "with a crew of six from seven hours to five"
        if not a.unit and b.unit not in {"", "calendar", "x"} and (joined != "and" or "between" in text[: a.start].split()[-1:]):
            found[i] = replace(a, unit=b.unit, value=a.value * find_factor(b))
        elif (
            a.unit not in {"", "calendar", "x"}
            and not b.unit
            and joined
            in {
                "to",
                "->",
                "=>",
                "→",
                "from",
                "to a",
                "from a",
                "down from",
                "up from",
                "instead of",
                "rather than",
                "versus",
                "vs",
                "against",
            }
            and not re.match(
                r"\s+(?!(?:per|and|by|after|once|when|with|through|while|in|over|within|on|for|at|since|because|via|thanks|using|so|as|across|before|during|where|which|who|whose|that|this|following|due|until|till|despite|even|without|under|from|inside|against|if|though|but|or|it|they|we|all|each|including|leaving|making)\b)[A-Za-z]{3,}",
                text[b.end :],
            )
        ):
            found[i + 1] = replace(b, unit=a.unit, value=b.value * find_factor(a))
        elif (
            a.unit == b.unit
            and find_factor(b) >= 1000
            and a.value < 1000
            and a.unit in {"usd", "eur", "gbp", ""}
            and find_factor(a) == 1
            and joined in {"to", "-", "–"}
        ):
            found[i] = replace(a, value=a.value * find_factor(b))
    return found


def find_factor(quantity: Quantity) -> float:
    """What the written number was multiplied with."""
    digits = re.search(r"\d+(?:[.,]\d+)*", quantity.text)
    if digits is None:
        words = [w for w in _WORDS.findall(quantity.text.casefold()) if w in lex.MEASURES]
        return lex.MEASURES[words[-1]][1] if words else 1.0
    written = _read_digits(re.sub(r"[,  ' ](?=\d{3}(?!\d))", "", digits.group()).replace(",", "."))
    return quantity.value / written if written else 1.0


def _find_compounds(text: str) -> Iterator[Quantity]:
    """*1 h 50 min*, *2 years 6 months*, *a year and a half*, *6 a.m.*."""
    if _DIGIT.search(text):
        yield from _find_written(text)
    for match in _HALF_POINT.finditer(text):
        yield Quantity(match.group(), 0.5, "points", match.start(), match.end(), _find_bound(text[: match.start()]))
    for match in _HALF_A.finditer(text):
        unit, factor = lex.MEASURES[match.group(1).casefold()]
        bound = _find_bound(text[: match.start()])
        yield Quantity(match.group(), 0.5 * factor, unit, match.start(), match.end(), "" if bound == "min" else bound)
    for match in _AND_A_HALF.finditer(text):
        unit, factor = lex.MEASURES[(match.group(1) or match.group(3)).casefold()] if not match.group(4) else ("", 1.0)
        count = (match.group(2) or match.group(4) or "one").casefold()
        value = (float(count) if count.isdigit() else lex.CARDINALS[count]) + 0.5
        yield Quantity(match.group(), value * factor, unit, match.start(), match.end(), _find_bound(text[: match.start()]))


def _find_written(text: str) -> Iterator[Quantity]:
    """Those of them that are written with digits."""
    clocks = list(_CLOCK.finditer(text))
    for match in clocks:
        hour = float(match.group(1)) % 12 + float(match.group(2) or 0) / 60 + (12 if (match.group(3) or "") in {"p", "P"} else 0)
        yield Quantity(match.group(), hour, "clock", match.start(), match.end())
    for match in _COLON.finditer(text):
        if not any(other.start() <= match.start() < other.end() for other in clocks):
            yield Quantity(match.group(), float(match.group(1)) + float(match.group(2)) / 60, "clock", match.start(), match.end())
    for match in _TIGHT.finditer(text):
        name = match.group(2)
        if name == "s" and match.group(1).endswith("0") and len(match.group(1)) in {2, 4} or name == "A" and len(match.group(1)) == 1:
            continue  # "the 1990s", "Highway 1A"
        unit, factor = lex.MEASURES.get(name) or lex.MEASURES.get(name.casefold()) or ("w", 1.0)  # a lone "w" is no word for watts
        yield Quantity(
            match.group(), _read_digits(match.group(1).replace(",", "")) * factor, unit, *match.span(), _find_bound(text[: match.start()])
        )
    for match in _MIXED.finditer(text):
        share = lex.FRACTION_SIGNS[match.group(2)]
        after = re.match(r"[\s-](?:an?\s)?([a-z]+)", text[match.end() :])
        unit, factor = lex.MEASURES.get(after.group(1), ("", 1.0)) if after else ("", 1.0)
        end = match.end() + (after.end() if after and unit else 0)
        bound = _find_bound(text[: match.start()])
        if match.group(1) or unit:
            yield Quantity(text[match.start() : end], (float(match.group(1) or 0) + share) * factor, unit, match.start(), end, bound)
        else:
            yield Quantity(match.group(), 100 * share, "%", match.start(), match.end(), bound)
    for match in _SHORT_COMPOUND.finditer(text):
        value = 3600 * float(match.group(1)) + 60 * float(match.group(2))
        yield Quantity(match.group(), value, "second", match.start(), match.end(), _find_bound(text[: match.start()]))
    for match in _COMPOUND.finditer(text):
        (unit, big), (_, small) = lex.MEASURES[match.group(2).casefold()], lex.MEASURES[match.group(4).casefold()]
        value = float(match.group(1)) * big + float(match.group(3)) * small
        yield Quantity(match.group(), value, unit, match.start(), match.end(), _find_bound(text[: match.start()]))


def _find_dates(text: str) -> Iterator[Quantity]:
    for match in _ISO_DATE.finditer(text):
        yield Quantity(match.group(), float(match.group(1)), "calendar", match.start(), match.end())
    for match in _SPAN_OF_YEARS.finditer(text):
        first, last = int(match.group(1)), int(match.group(2))
        century, year = divmod(first, 100)
        if match.group(0)[4] == "-" and 0 < last <= _MONTHS or last <= year and (last, year) != (0, 99):
            continue  # "2011-12", "2019/05": a month
        last += 100 * (century if last else century + 1)
        yield Quantity(match.group(1), float(first), "calendar", match.start(1), match.end(1))
        yield Quantity(match.group(2), float(last), "calendar", match.start(2), match.end(2))


def _from_digits(text: str, match: re.Match[str]) -> Quantity:
    raw = match.group("num")
    digits = re.sub(r"[  ' ]", "", raw)
    digits = digits.replace(",", "") if re.search(r",\d{3}(?!\d)", digits) else digits.replace(",", ".")
    value = _read_digits(digits)
    thousands = re.fullmatch(r"\d{1,3}\.\d{3}", raw) and (match.group("cur") or match.group("cur2")) and not match.group("scale")
    value = value * 1000 if thousands else value  # "9.500 euro": no one writes money with three decimals
    sign = (match.group("cur") or match.group("cur2") or "").strip().casefold()
    if sign == "$" and match.group("cur2"):
        sign = match.group("cur2").casefold()  # "$41,000 CAD"
    thousands = thousands or sign in {"t€", "teur"}
    value = value * 1000 if sign in {"t€", "teur"} else value
    sign = sign.split()[-1] if sign.split()[:1] and sign.split()[0] in {"swedish", "norwegian", "danish", "swiss", "indian"} else sign
    currency = lex.CURRENCIES.get(sign, lex.CURRENCIES.get(sign.removesuffix("s").replace(".", ""), sign))
    start = match.start() + (len(match.group()) - len(match.group().lstrip()))
    scale = match.group("scale")
    unit, end = currency, match.end()
    metres = scale == "m" and not currency and match.group()[:-1].endswith(" ")
    if metres or scale and scale in "mb" and not currency and not re.match(r"[\s-]?[a-z]{3,}", text[end:]):
        unit, value = ("m" if scale == "m" else "b"), value
    elif scale:
        value *= lex.SCALES[scale.casefold().rstrip(".")]
        unit = unit or ("grand" if scale == "grand" else "")
    tail = match.group("unit") or ""
    if tail:
        unit = _read_tail(tail)
    bound = "min" if match.group("plus") or match.group("plus2") else ""
    return _with_measure(text, raw, value, unit, start, end, bound)


def _read_digits(digits: str) -> float:
    """The value of digits with at most one point that counts: *46.000371.63*, which no one writes, still is a number."""
    whole, point, rest = digits.partition(".")
    return float(f"{whole}{point}{rest.replace('.', '')}")


def _read_tail(tail: str) -> str:
    tail = tail.casefold()
    if _SQUARE.search(tail):
        return "sqm" if "m" in tail.replace("miles", "") and "f" not in tail else "sqmile" if "mile" in tail else "sqft"
    if tail.startswith("degree"):
        return "°f" if "fahrenheit" in tail else "°c"
    if tail == "s":
        return "second"
    if tail in {"x", "×", "fold", "times"}:
        return "x"
    if "point" in tail or tail in {"pp", "pt", "pts"}:
        return "points"
    return "%" if tail in {"%", "percent", "per cent", "pct", "pc", "p.c."} else tail


def _with_measure(text: str, raw: str, value: float, unit: str, start: int, end: int, bound: str) -> Quantity:
    """Takes a unit of measure or scale that stands after the number, and the bound that stands before it."""
    long = _LONG_UNIT.match(text[end:]) if not unit else None
    if long is not None:
        unit, factor = lex.LONG_UNITS[_name_unit(long.group(1))]
        value, end = value * factor, end + long.end()
    if not unit and _AGED.search(text[:start]) and not _has_measure(text[end:]):
        return Quantity(text[start:end], value * 12, "month", start, end, bound)
    if not unit:
        match = re.match(
            r"(?!\ssecond-[a-z])(?![\s-]second-?hand)(?:[\s-](?:consecutive|full|working|business|calendar)(?=[\s-]))?[\s-]?([A-Za-z°]+)",
            text[end:],
        )
        measure = lex.MEASURES.get(match.group(1).casefold()) if match and not _is_label(text, end + match.end(), match.group(1)) else None
        if (
            measure
            and match
            and not (match.group(1) in {"b", "a", "c", "f", "in", "mo"} and text[end : end + 1] not in "-" and len(match.group()) > 2)
        ):
            unit, value, end = measure[0], value * measure[1], end + match.end()
        elif re.fullmatch(r"(?:19[5-9]\d|20[0-4]\d)", raw):
            unit = "calendar"
        elif (more := _MORE_OF_IT.match(text[end:])) and more.group(1) in lex.MEASURES and len(more.group(1)) > 2:
            unit, factor = lex.MEASURES[more.group(1)]
            value *= factor
        elif kind := _KIND_OF_TIME.match(text[end:]):
            unit, factor = lex.MEASURES[kind.group(1)]
            value *= factor
    bound = bound or _find_bound(text[:start]) or _find_bound_after(text[end:])
    if (
        not bound
        and unit not in {"second", "day", "month", "calendar"}
        and re.search(r"\bwithin\s*$", text[:start], re.IGNORECASE)
        and not _A_WHILE.match(text[end:])
    ):
        bound = "max"
    if bound and re.search(r"\bover\s*$", text[:start], re.IGNORECASE) and _A_WHILE.match(text[end:]):
        bound = ""  # "over two weekends" is when, not how many
    if (
        bound == "min"
        and unit in {"second", "day", "month"}
        and re.search(r"\bover\s*$", text[:start], re.IGNORECASE)
        and not re.search(r"\b(?:for|after|of|by|to|with|within|took|lasting|lasted|last)\sover\s*$", text[:start], re.IGNORECASE)
        and not re.match(
            r"[\s'’]*(?:of\s)?(?:\w+\s){0,2}experience|\s(?:an?|per|each|every)\s(?:day|week|month|year|shift|night)\b", text[end:]
        )
    ):
        bound = ""  # "over five years" is also the time it took
    return Quantity(text[start:end], value, unit, start, end, bound)


def _name_unit(written: str) -> str:
    name = re.sub(r"[\s-]+", " ", written.casefold().translate({ord("³"): "3", ord("²"): "2"})).replace("metre", "meter")
    name = re.sub(r"\s(?:an|a)\s", " per ", name)
    return re.sub(r"(meter|yard|hour|point)s$", r"\1", name)


def _find_bound_after(after: str) -> str:
    if re.match(r"(?:\s[a-z]+)?\s(?:at\s(?:the\s)?most|at\sa\smaximum|maximum|max)\b", after):
        return "max"
    if re.match(r"-?\s?odd\b|\s(?:[a-z]+\s)?or\sso\b", after):
        return "odd" if after.lstrip("- ").startswith("odd") else "about"  # "60-odd trailers", "eight couples or so"
    if re.match(r"-plus\b", after):
        return "min"  # "200-plus defects"
    match = _BOUND_AFTER.match(after)
    return "" if match is None else "min" if match.group(1).casefold() in _MORE else "max"


def _has_measure(after: str) -> bool:
    match = re.match(r"[\s-]?([A-Za-z]+)|\s(?:to|and|-|–)\s\w+\s([A-Za-z]+)", after)
    return match is not None and (match.group(1) or match.group(2) or "").casefold() in lex.MEASURES


def _is_label(text: str, end: int, word: str) -> bool:
    """*31 Year 4 pupils*: the word belongs to the number after it."""
    return word[:1].isupper() and re.match(r"\s\d", text[end:]) is not None


def _find_bound(before: str) -> str:
    # "up 9.6 to": what stands before another number does not bound this one
    words = [w.casefold() for w in _WORDS.findall(re.split(r"\d", before[-48:])[-1])][-6:]
    if words[-2:] == ["more", "than"] and {"never", "not", "no"} & set(words):
        return "max"
    words = words[-3:]
    if words[-2:-1] in (["not"], ["never"]) and words[-1] in {"below", "under", "beneath"}:
        return "min"
    if words[-2:-1] in (["not"], ["never"], ["no"]) and words[-1] in lex.EXCEEDING:
        return "max"
    if words[-2:] == ["up", "to"] and words[:1] and words[0] in {"went", "go", "goes", "going", "gone", "came", "rose", "rising", "grew"}:
        return ""  # a change, no bound
    last, pair = (words[-1] if words else ""), " ".join(words[-2:])
    if " ".join(words) in {"as many as", "as much as", "no more than", "not more than", "never more than"}:
        return "max"
    if words[:2] and {"max", "maximum"} & set(words[:2]) and len(words) > 1:
        return "max"  # "max working height 4 m"
    if words[:2] and "minimum" in words[:2] and len(words) > 1:
        return "min"
    if words[:1] == ["estimated"] or pair in {"close to", "an estimated", "estimated at", "something like"}:
        return "about"
    if pair in {"a good", "a solid", "well over"}:
        return "min"
    if " ".join(words) in {"no less than", "no fewer than"}:
        return "min"
    if pair in {
        "more than",
        "greater than",
        "higher than",
        "upwards of",
        "excess of",
        "at least",
        "no fewer",
        "no less",
        "well over",
        "minimum of",
    }:
        return "min"
    if pair in {"up to", "at most", "less than", "fewer than", "maximum of"}:
        return "max"
    if last in {"within", "under", "over", "above", "below"} or last in lex.BOUNDS:
        return lex.BOUNDS.get(last, "") if last not in {"most", "within", "least"} else ("min" if last == "least" else "")
    return ""


def _find_worded(text: str) -> Iterator[Quantity]:
    for match in _A_YEAR_LATER.finditer(text):
        unit, factor = lex.MEASURES[match.group(2).casefold()]
        yield Quantity(match.group(1), factor, unit, match.start(1), match.end(1))
    later = {match.start(1) for match in _A_YEAR_LATER.finditer(text)}
    for match in _A_YEAR.finditer(text):
        if match.start(1) in later:
            continue
        unit, factor = lex.MEASURES[match.group(2).casefold()]
        if "half" not in text[match.end() : match.end() + 11]:
            over = match.group().casefold().startswith(("over", "in ", "during"))
            yield Quantity(match.group(1), factor, unit, match.start(1), match.end(1), "" if over else _find_bound(text[: match.start(1)]))
    words = [(m.group().casefold(), m.start(), m.end()) for m in _WORDS.finditer(text)]
    i = 0
    while i < len(words):
        word, start, _ = words[i]
        if word in lex.VAGUE and (word not in {"couple", "scores", "tens"} or (i + 1 < len(words) and words[i + 1][0] == "of")):
            yield Quantity(word, 0, "", start, words[i][2], vague=True)
        elif word in lex.MULTIPLES:
            yield Quantity(word, lex.MULTIPLES[word], "x", start, words[i][2], _find_bound(text[:start]))
        elif word in {"half", "thirds", "third", "quarter", "quarters", "tenth", "fifths", "fifth", "sixth", "eighth"} and _is_fraction(
            words, i
        ):
            count = lex.CARDINALS.get(words[i - 1][0], 1) if i else 1
            first = start if count == 1 and words[i - 1][0] not in {"one", "a"} else words[i - 1][1]
            bound = _find_bound(text[:first])
            yield Quantity(text[first : words[i][2]], 100 * count * lex.FRACTIONS.get(word, 0.5), "%", first, words[i][2], bound)
        elif word in lex.CARDINALS or (word in {"hundred", "dozen"} and i and words[i - 1][0] == "a"):
            value, after = _sum_words(words, i)
            fraction = after < len(words) and words[after][0] in {"quarter", "quarters"} and _is_fraction(words, after)
            if not fraction and not (
                after < len(words) and words[after][0] in {"thirds", "third", "fifths", "fifth", "sixth", "eighth", "tenth"}
            ):
                yield _worded(text, words, i, after, value)
                i = after
                continue
        i += 1


def _is_fraction(words: list[tuple[str, int, int]], i: int) -> bool:
    before = words[i - 1][0] if i else ""
    after = words[i + 1][0] if i + 1 < len(words) else ""
    beside = i > 1 and words[i - 1][1] - words[i - 2][2] == 1
    if beside and before == "a" and words[i][0] == "quarter" and words[i - 2][0] in _BEFORE_PART and after in _AFTER_PART - {"of"}:
        return True  # "it was a quarter in 2019"
    if words[i][0] in {"quarter", "quarters"}:
        return after == "of" and before in {"a", "one", "three"} or (before in {"a", "one", "three"} and i > 1 and words[i - 2][0] == "by")
    apart = i and words[i][1] - words[i - 1][2] == 2  # "70 a day, half in French"
    if apart and words[i][0] == "half" and after in {"in", "on", "from", "by", "with", "at"}:
        return True
    than = before == "than" and i > 1 and words[i - 2][0] in {"more", "less"}
    if words[i][0] == "half" and (before in _BEFORE_HALF or than) and after not in lex.MEASURES and after not in {"a", "an", "year", "day"}:
        return True  # "of whom over half were children"
    if (
        before in lex.CARDINALS
        or words[i][0] == "half"
        and after in {"of", "the"}
        and before not in {"first", "second", "other", "latter", "better"}
    ) and not (words[i][0] in {"fifth", "sixth", "eighth"} and before != "one"):
        return True
    measured = i > 1 and words[i - 2][0] in {"by", "over", "nearly", "almost", "about", "than", "cut"}
    if (
        beside
        and before == "a"
        and words[i][0] in {"third", "quarter", "fifth", "tenth"}
        and words[i - 2][0] in _BEFORE_PART
        and after in _AFTER_PART
    ):
        return True
    if words[i][0] in {"tenth", "fifth", "sixth", "eighth"}:
        return before == "a" and (measured or after in {"of", "in", ""})
    return before in {"a", "by"} and (measured or after in {"of", "", "in", "less", "more", "fewer", "faster", "to"})


def _sum_words(words: list[tuple[str, int, int]], i: int) -> tuple[float, int]:
    total, current, at = 0.0, 0.0, i
    while at < len(words):
        word = words[at][0]
        if word in lex.CARDINALS and not (word == "dozen" and at > i):
            if at > i and words[at - 1][0] in lex.CARDINALS and (lex.CARDINALS[words[at - 1][0]] < 20 or lex.CARDINALS[word] >= 10):
                break
            current += lex.CARDINALS[word]
        elif word in {"hundred", "dozen"}:
            current = max(current, 1) * (100 if word == "hundred" else 12)
        elif word in {"thousand", "million", "billion"}:
            total, current = total + max(current, 1) * lex.SCALES[word], 0
        elif not (
            word == "and"
            and at > i
            and words[at - 1][0] in {"hundred", "thousand"}
            and at + 1 < len(words)
            and words[at + 1][0] in lex.CARDINALS
        ):
            break
        at += 1
    return total + current, at


def _worded(text: str, words: list[tuple[str, int, int]], i: int, after: int, value: float) -> Quantity:
    start, end = words[i][1], words[after - 1][2]
    match = re.match(r"[\s-]?(%|percent(?:age points?)?|per cent|times|fold)\b", text[end:])
    unit = _read_tail(match.group(1)) if match else ""
    currency = re.match(r"\s(euros?|dollars?|rupees|quid|kronor|kroner|francs|yen)\b", text[end:])
    if currency:
        unit, end = (
            lex.CURRENCIES.get(currency.group(1).rstrip("s") if currency.group(1) != "rupees" else "rupees", "usd"),
            end + currency.end(),
        )
    if match:
        end += match.end()
    return _with_measure(text, "", value, unit, start, end, "")
