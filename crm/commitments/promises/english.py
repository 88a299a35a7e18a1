"""English wording of the promise guard."""

# ruff: noqa: E501 - a table of wording, one phrase a line

_WORD = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|thirty|a few|several"
_UNIT = "(?:working |business |calendar )?(?:days?|hours?|minutes?|weeks?|months?|years?)"
_N = rf"(?:\d+(?:[.,]\d+)?|{_WORD})(?: ?\([\w ]{{1,20}}\))?"
_MONTH = "january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
_DAY = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_WHEN = (
    rf"{_N} {_UNIT}|(?:the )?(?:(?:{_DAY}),? )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{_MONTH})\.?(?: \d{{4}})?|(?:(?:{_DAY}),? )?(?:{_MONTH})\.? \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?"
    rf"|\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}|\d{{4}}-\d{{2}}-\d{{2}}|(?:next |this )?(?:{_DAY}|week|month|year)|tomorrow|tonight|today|(?:the )?end of (?:the |this |next )?(?:day|week|month|year|{_MONTH})"
    rf"|(?:{_MONTH})(?: \d{{4}})?|\d{{1,2}}(?:[:.]\d{{2}})? ?(?:a\.?m\.?|p\.?m\.?)|noon|midnight"
)
PARTS = {"n": _N, "when": _WHEN, "unit": _UNIT, "we": "we|our office|the office|immigration"}

PHRASES = r"""
1 ~ certainty ~ 2 ~ certainly|for certain|for sure ~ in general
2 ~ certainty ~ 3 ~ definitely|undoubtedly ~ in general
3 ~ certainty ~ 3 ~ we (?:can |will |fully |do )?guarantee|guarantee(?:d|s)|our guarantee|is a guarantee ~ under the current rules
4 ~ certainty ~ 3 ~ (?:we|i) (?:can |do )?assure you(?: that)?|(?:please )?rest assured(?: that)? ~ ''
5 ~ certainty ~ 3 ~ without fail ~ under the current rules
6 ~ certainty ~ 3 ~ 100 ?%|(?:100|one hundred|a hundred) per ?cent ~ under the current rules
7 ~ certainty ~ 2 ~ there is no doubt(?: that)?|there's no doubt(?: that)?|without (?:any |a )?doubt|no doubt ~ ''
8 ~ certainty ~ 2 ~ (?:don't|do not|no need to|need not) worry ~ ''
9 ~ certainty ~ 2 ~ we (?:will |shall |always )?(?:make sure|ensure)(?: that)? ~ we work so that
10 ~ time ~ 3 ~ (?:no|not) later than (?:on )?<when>|at the latest (?:by|on) <when> ~ -
11 ~ time ~ 3 ~ (?:by|before|on) <when>,? at the latest|<when>,? at the latest ~ -
12 ~ time ~ 3 ~ (?:with)?in (?:just |only |less than |under )?<n> <unit>|within (?:an?|the) (?:hour|day|week|month) ~ -
13 ~ time ~ 3 ~ (?:will|ready|done|finished|completed|issued|resolved|collect|receive|get)(?: \w+){0,6} today|today(?: \w+){0,2} will be (?:ready|done|finished|issued)|by (?:the )?(?:close|end) of (?:business|the day|day|play) ~ after a complete file
14 ~ time ~ 2 ~ on time|on schedule ~ as planned
15 ~ time ~ 3 ~ same[- ]day|while you wait ~ after a complete file
16 ~ speed ~ 2 ~ as (?:soon|quickly|fast) as (?:possible|we can)|asap|at the earliest ~ once the file is complete
17 ~ speed ~ 2 ~ shortly|very soon|soon ~ as planned
18 ~ speed ~ 2 ~ immediately|right away|straight away|at once|instantly|promptly ~ once the file is complete
19 ~ speed ~ 2 ~ in the (?:very )?near future ~ as planned
20 ~ speed ~ 3 ~ no (?:queues?|queuing|waiting|lines?)(?: time)?|without (?:queuing|waiting|a queue|any wait) ~ with an orderly queue
21 ~ outcome ~ 3 ~ (?:will|shall) (?:definitely |surely |certainly )?be (?:approved|granted|accepted) ~ is decided after examination
22 ~ outcome ~ 3 ~ (?:will|shall) (?:definitely |surely |certainly )?be issued ~ is decided after examination
23 ~ outcome ~ 3 ~ (?:will not|won't|will never|cannot) be (?:refused|rejected|denied|turned down) ~ is decided after examination
24 ~ outcome ~ 3 ~ you(?: will|'ll| shall) (?:definitely |surely |certainly )?(?:get|receive|obtain) (?:your|a|an|the) (?:passport|visa|permit|approval|quota|document|stay permit) ~ you can apply for it
25 ~ outcome ~ 2 ~ (?:will|shall) (?:soon )?be (?:resolved|fixed|solved|repaired|sorted out|settled|improved) ~ was passed to the unit in charge
26 ~ outcome ~ 3 ~ (?:will|shall) (?:never|not) happen again|won't happen again ~ was dealt with
27 ~ undertaking ~ 3 ~ (?:we|i) (?:do |hereby )?promise|our promise|you have our word ~ we aim
28 ~ undertaking ~ 2 ~ we(?:'re|’re| are) (?:fully |firmly |strongly )?committed to|our commitment ~ we work on
29 ~ undertaking ~ 2 ~ (?:we|i)(?: will| shall|'ll|’ll) (?:soon |then |also |personally )?(?:send|call|follow up|contact|e-?mail|write to|get back|inform|notify|phone|let you know) ~ -
30 ~ undertaking ~ 3 ~ you can (?:count|rely|depend) on (?:us|our \w+) ~ -
31 ~ undertaking ~ 3 ~ we (?:will )?(?:take|accept|bear) (?:full|complete|all) responsibility ~ we deal with it within our powers
32 ~ undertaking ~ 1 ~ we(?: will|'ll|’ll)? (?:do|try) our (?:very )?best ~ -
33 ~ always ~ 2 ~ always|never ~ in general
34 ~ always ~ 2 ~ everyone|everybody|all applicants|every applicant|all citizens ~ applicants who meet the requirements
35 ~ always ~ 2 ~ 24/7|(?:at )?any ?time|around the clock|24 hours a day ~ during service hours
36 ~ money ~ 2 ~ free of charge|(?:for|is|are) free|no (?:fee|cost|charge)s?|at no cost|without charge ~ at the official tariff
37 ~ money ~ 3 ~ refund(?:s|ed)?|money back|compensation|compensated?|reimburse(?:d|ment)? ~ -
38 ~ privilege ~ 3 ~ fast[- ]track for you|special treatment|priority for you|jump the queue ~ the priority service under the rules
39 ~ privilege ~ 3 ~ (?:an )?exception for (?:you|your \w+) ~ -
40 ~ others ~ 3 ~ (?:will|shall) (?:definitely |surely |certainly )?be (?:deported|punished|arrested|jailed|prosecuted) ~ is dealt with under the law
41 ~ others ~ 3 ~ the (?:minister|director[- ]general|president|governor)(?: \w+)? (?:has|have) (?:already )?(?:agreed|approved) ~ -
"""

HINTS = {
    "certainty": ["Under the current rules, …", "As of (date), …"],
    "time": ["The legal limit is (date) (N working days after a complete file)."],
    "speed": ["We write to you again on (date)."],
    "outcome": ["The application is decided after examination."],
    "undertaking": ["Your report was passed to {unit} on (date) (number …)."],
    "always": ["… on working days from … to …", "… for applicants who meet the requirements"],
    "money": ["Official tariff under {rule}: Rp… . Nothing else is charged."],
    "privilege": ["The priority service is for the elderly, people with disabilities, pregnant women and small children."],
    "others": ["The decision lies with {agency}; we spoke with them on (date)."],
    "superlative": ["State the fact with its source and date."],
}

SHORT = {"definetely": "definitely", "definately": "definitely", "garantee": "guarantee", "guarenteed": "guaranteed", "garanteed": "guaranteed",
         "immediatly": "immediately", "dont": "don't", "wont": "won't", "u": "you", "promiss": "promise"}  # fmt: skip

NEGATION = r"(?:not|never|no|cannot|can't|can’t|don't|don’t|doesn't|isn't|isn’t|aren't|won't|won’t|neither|nor|without|unable)"
FILLER = r"(?:be|been|to|yet|always|able|in|any|way|a|an|the|our|it|we|currently|necessarily|is|are|you|can|for|that|of|give|offer|make|entirely|fully)"

EXCEPTIONS = [
    ((3,), r"\bguarantee (?:letter|fund|fee)|\bletter of guarantee\b|\bguaranteed by (?:law|the (?:law|constitution))\b"),
    ((9,), r"\b(?:make sure|ensure)(?: that)? you\b"),
    (
        (17,),
        r"\b(?:get well|see you|hope to see you|hear from you|write) (?:again )?soon\b|\bas soon as you\b|\bsooner\b|\bhope\b[^.]{0,40}\bsoon\b",
    ),
    ((16, 17, 18), r"\b(?:please|kindly)\b|\bas soon as you\b"),
    ((18,), r"^\W*(?:immediately )?(?:report|call|contact|leave|stop)\b|\bimmediately (?:report|call|contact)\b"),
    (
        (33,),
        r"\b(?:wish|hope|may) (?:you|they|we|your)\b|\bas always\b|^\W*(?:always|never) (?!\w+ (?:is|are|has|have|will)\b)\w+|\bplease (?:always|never)\b",
    ),
    ((34,), r"\b(?:thank|thanks|dear|invite|hello|greet\w*)\b[^.]{0,30}\b(?:everyone|everybody)\b"),
    ((35,), r"\bat any time (?:you (?:can|may) )?(?:unsubscribe|withdraw)|(?:unsubscribe|withdraw)[^.]{0,40}\bat any time\b"),
    ((36,), r"\b(?:smoke|duty|visa|toll)[- ]free\b|\b(?:are|is) free (?:to|from|on|at|of (?!charge))"),
    ((37,), r"\bworkers'? compensation\b|\bcompensation (?:fund|act|claim form)\b"),
]
READER = (
    r"(?:\b(?:please|kindly|you (?:must|should|need to|have to)|applicants must|rsvp)|^\W*(?:submit|register|reply|confirm|send us|bring|return|apply)) "
    r"(?:[\w'-]+[ ,]+){0,8}?(?:no later|not later|by|before|within|at the latest|on)\b"
)
RULE = r"\b(?:law|act|regulation|decree|rule|article|government regulation|ministerial regulation)\b[^;]{0,80}?(?:\b(?:no\.?|number)\s*\w*[\w./-]*\d|\d+/\d{4}|\b\d+ of \d{4})"
SPOKEN = r"\b(?:said|says|according to|told|added|explained|stated|wrote)\b"
OURS = r"\b(?:we|our|head of (?:the )?office|our spokes\w+|head of section)\b"
