"""Number words, units and their one name, currencies, rates."""

from __future__ import annotations

UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
CARDINALS = {word: value for value, word in enumerate(UNITS)} | {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "dozen": 12,
}  # fmt: skip
SCALES = {
    "hundred": 100, "dozen": 12, "thousand": 1000, "million": 10**6, "billion": 10**9, "k": 1000, "m": 10**6, "mm": 10**6, "mn": 10**6, "mio": 10**6,
    "bn": 10**9, "b": 10**9, "lakh": 10**5, "lakhs": 10**5, "lac": 10**5, "lacs": 10**5, "crore": 10**7, "crores": 10**7, "cr": 10**7, "mrd": 10**9, "grand": 1000, "mil": 10**6,
}  # fmt: skip
VAGUE = frozenset("dozens hundreds thousands millions billions scores tens handful couple".split())
MULTIPLES = {
    "double": 2.0, "doubled": 2.0, "doubling": 2.0, "doubles": 2.0, "twice": 2.0, "twofold": 2.0, "triple": 3.0, "tripled": 3.0, "tripling": 3.0,
    "threefold": 3.0, "thrice": 3.0, "quadruple": 4.0, "quadrupled": 4.0, "quadrupling": 4.0, "fourfold": 4.0, "quintupled": 5.0, "fivefold": 5.0,
    "tenfold": 10.0, "halve": 0.5, "halved": 0.5, "halving": 0.5,
}  # fmt: skip
FRACTIONS = {
    "half": 0.5,
    "third": 1 / 3,
    "thirds": 1 / 3,
    "quarter": 0.25,
    "quarters": 0.25,
    "fifths": 0.2,
    "fifth": 0.2,
    "sixth": 1 / 6,
    "eighth": 0.125,
    "tenth": 0.1,
}
ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
}  # fmt: skip
CURRENCIES = {
    "$": "usd", "us$": "usd", "usd": "usd", "dollar": "usd", "dollars": "usd", "€": "eur", "eur": "eur", "euro": "eur", "euros": "eur",
    "£": "gbp", "gbp": "gbp", "pound": "gbp", "pounds": "gbp", "sterling": "gbp", "¥": "jpy", "jpy": "jpy", "yen": "jpy", "₹": "inr", "inr": "inr", "rupees": "inr", "rs": "inr", "rs.": "inr",
    "us dollar": "usd", "american dollar": "usd", "canadian dollar": "cad", "ca$": "cad", "australian dollar": "aud", "au$": "aud", "new zealand dollar": "nzd", "nz$": "nzd",
    "t€": "eur", "teur": "eur", "quid": "gbp", "bucks": "usd", "kronor": "sek", "krona": "sek", "kroner": "kr", "francs": "chf", "zloty": "pln",
    "zlotys": "pln", "rand": "zar", "naira": "ngn", "baht": "thb", "shillings": "kes", "dirhams": "aed", "reais": "brl", "yuan": "cny",
    "chf": "chf", "cad": "cad", "aud": "aud", "c$": "cad", "a$": "aud", "sek": "sek", "nok": "nok", "dkk": "dkk", "kr": "sek", "pln": "pln",
}  # fmt: skip
MEASURES: dict[str, tuple[str, float]] = {
    name: (unit, factor)
    for unit, factor, names in (
        ("second", 1e-3, "ms msec msecs millis millisecond milliseconds"), ("second", 1e-6, "µs microsecond microseconds"), ("second", 1, "second seconds sec secs s"), ("second", 60, "minute minutes min mins"),
        ("second", 3600, "hour hours hr hrs h"), ("day", 1, "day days"), ("day", 7, "week weeks wk wks"), ("day", 14, "fortnight"), ("month", 1, "month months mos"),
        ("month", 3, "quarter quarters"), ("month", 12, "year years yr yrs"),
        ("m", 1, "m mtr mtrs mts metre metres meter meters"), ("m", 1000, "km kms kilometre kilometres kilometer kilometers"), ("m", 0.01, "cm centimetre centimetres centimeter centimeters"), ("m", 0.001, "mm millimetre millimetres millimeter millimeters"),
        ("ft", 1, "ft foot feet"), ("mile", 1, "mile miles mi"), ("inch", 1, "inch inches"), ("acre", 1, "acre acres"), ("ha", 1, "ha hectare hectares"),
        ("kg", 1, "kg kgs kilo kilos kilogram kilograms"), ("kg", 1000, "tonne tonnes t"), ("g", 1, "gram grams gms g"), ("g", 1e-3, "mg milligram milligrams"), ("ton", 1, "ton tons"), ("lb", 1, "lb lbs"), ("pound", 1, "pound pounds"), ("p", 1, "pence"),
        ("l", 1, "l ltr ltrs lts liter liters litre litres"), ("l", 1e-3, "ml milliliter milliliters millilitre millilitres"), ("gal", 1, "gallon gallons gal"), ("v", 1, "v volt volts"), ("v", 1000, "kv kilovolt kilovolts"), ("w", 1000, "kw kilowatt kilowatts"), ("w", 1e6, "mw megawatt megawatts"), ("w", 1, "watt watts"),
        ("b", 1e3, "kb kilobyte kilobytes"), ("b", 1e6, "mb megabyte megabytes"), ("b", 1e9, "gb gigabyte gigabytes"), ("b", 1e12, "tb terabyte terabytes"), ("b", 1e15, "pb petabyte petabytes"), ("hz", 1e6, "mhz"), ("hz", 1e9, "ghz"), ("psi", 1, "psi"), ("bar", 1, "bar"),
        ("°c", 1, "°c C"), ("°f", 1, "°f F"), ("°", 1, "degrees"), ("a", 1, "amp amps A"), ("oz", 1, "oz ounce ounces"), ("yd", 1, "yd yds yard yards"), ("pint", 1, "pint pints"),
        ("mph", 1, "mph"), ("km/h", 1, "kmh kph"), ("rpm", 1, "rpm"), ("hp", 1, "hp horsepower"), ("kwh", 1, "kwh"), ("kwh", 1000, "mwh"),
        ("hz", 1, "hz hertz"), ("hz", 1e3, "khz"), ("w", 1e9, "gw gigawatt gigawatts"), ("w", 1e6, "megawatt megawatts"), ("cents", 1, "cents"),
    )
    for name in names.split()
}  # fmt: skip
LONG_UNITS = {
    "miles per hour": ("mph", 1), "kilometer per hour": ("km/h", 1), "kilometers per hour": ("km/h", 1), "revolutions per minute": ("rpm", 1),
    "cubic meter": ("m3", 1), "m3": ("m3", 1), "cubic feet": ("ft3", 1), "cubic yard": ("yd3", 1), "square meter": ("sqm", 1), "square miles": ("sqmile", 1), "square yard": ("sqyd", 1), "square foot": ("sqft", 1), "square feet": ("sqft", 1),
    "ft2": ("sqft", 1), "kilowatt hour": ("kwh", 1), "basis point": ("points", 0.01),
}  # fmt: skip
FRACTION_SIGNS = {"½": 0.5, "1/2": 0.5, "¼": 0.25, "1/4": 0.25, "¾": 0.75, "3/4": 0.75, "⅓": 1 / 3, "1/3": 1 / 3, "⅔": 2 / 3, "2/3": 2 / 3}
RATES = {
    "day": "day", "daily": "day", "night": "night", "nightly": "night", "shift": "shift", "week": "week", "weekly": "week", "fortnight": "fortnight",
    "month": "month", "monthly": "month", "quarter": "quarter", "quarterly": "quarter", "year": "year", "yearly": "year", "annum": "year",
    "p.a.": "year", "p.m.": "month", "p.w.": "week", "hr": "hour", "h": "hour", "min": "minute", "mo": "month", "yr": "year", "wk": "week", "annual": "year", "annually": "year", "hour": "hour", "hourly": "hour", "minute": "minute", "second": "second", "season": "season", "term": "term",
    "semester": "semester", "sprint": "sprint",
}  # fmt: skip
BOUNDS = {
    "over": "min", "above": "min", "exceeding": "min", "least": "min", "minimum": "min", "beyond": "min", "upwards": "min",
    "max": "max", "ca": "about", "under": "max", "below": "max", "nearly": "max", "almost": "max", "most": "max", "maximum": "max", "within": "max",
    "about": "about", "approximately": "about", "around": "about", "roughly": "about", "circa": "about", "approx": "about", "some": "about",
}  # fmt: skip
EXCEEDING = frozenset("exceeding exceeded exceeds exceed over above beyond".split())
"""After *not*, *never* or *no* they make the number behind them the most it may be."""
MONTHS = dict(
    zip("january february march april may june july august september october november december".split(), range(1, 13), strict=True)
)
