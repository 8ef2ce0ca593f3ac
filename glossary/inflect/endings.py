"""Case endings of languages that no dictionary here inflects, as data.

One line is one paradigm: its name, the citation ending that it takes off (a regular expression, the kind of name in
front when it is not for all; with a group only what the group matches comes off), and by case the endings that it puts
on. `gen=a|u` are endings in free use, of which the text decides; what follows a comma (`gen=iego,yego`) is met but
never written. `~` before an ending softens the last consonant as the language does (Praha, Praze). An empty ending is
written `0`.

Cases are nom, gen, dat, acc, ins, loc, voc, and for Hungarian and Finnish those that they have beyond; `.pl` marks the
plural of a name that is singular, `poss` the possessive adjectives of Czech, Slovak and Croatian. Only endings that a
name can have are here, no derivations: *Kievan* or *kyjevský* are other words. German *Kiewer* is in, for it does a
case's work.

Source: the grammars of the languages, for the classes that foreign names join (Internetová jazyková příručka for Czech,
the rules of the Rada Języka Polskiego for Polish).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import regex

_CZECH = """
adjective (?<=[sc]k)(?:ý|yj|ij|y|i)$ gen=ého,ýho,yho,yjho,yjeho dat=ému,ymu acc=ého,yho ins=ým,ym loc=ém,ym voc=ý
adjective (?<=[^kaeiouyáéíóúůýě])ý$ gen=ého dat=ému acc=ého ins=ým loc=ém voc=ý
adjective-f á$ gen=é dat=é acc=ou,á ins=ou loc=é
long-i person:(?<=[^k])í$ gen=ího dat=ímu acc=ího ins=ím loc=ím
short-i person:(?<=[^kí])[iy]$ gen=iho,ího,yho dat=imu,ímu acc=iho,ího ins=im,ím,ym loc=im,ím,ym
soft-person person:(?<=[cčďjňřšťž])$ gen=e,a dat=ovi|i acc=e,a ins=em loc=ovi|i voc=i
person person:(?<=[bdfghklmnpqrstvwxz])$ gen=a dat=ovi|u acc=a ins=em loc=ovi|u voc=e|u nom.pl=ové gen.pl=ů
soft-place (?<=[cčďjňřšťž])$ gen=e dat=i acc=0 ins=em loc=i voc=i
place (?<=[bdfghklmnpqrstvwxz])$ gen=u|a dat=u acc=0 ins=em loc=u|ě|e voc=e|u
fleeting-c ec$ gen=ce dat=ci,covi acc=ec,ce ins=cem loc=ci,covi
fleeting-k ek$ gen=ku|ka dat=ku|kovi acc=ek|ka ins=kem loc=ku|kovi
person-a person:a$ gen=y,i dat=ovi acc=u ins=ou loc=ovi voc=o
a (?<=[^i])a$ gen=y,i dat=~e acc=u ins=ou loc=~e voc=o
ie ie$ gen=ie dat=ii acc=ii ins=ií loc=ii
ia ia$ gen=ie,ii dat=ii acc=ii,iu ins=ií loc=ii
o-person person:o$ gen=a dat=ovi|u acc=a ins=em loc=ovi|u voc=o
o o$ gen=a dat=u acc=o ins=em loc=u|ě voc=o
plural place:y$ gen=0 dat=ům|ám acc=y ins=y|ami loc=ech|ách
possessive person:(?:(?<=[bcčdďfghjklmnňpqrřsštťvwxzž])|[ao])$ poss=ův poss.f=ova poss.n=ovo poss.gen=ova \
poss.gen.f=ovy poss.dat=ovu poss.acc=ovu poss.loc=ově poss.ins=ovým poss.ins.f=ovou \
poss.pl=ovi|ovy poss.gen.pl=ových poss.ins.pl=ovými
"""
_SLOVAK = """
adjective (?<=[sc]k)(?:ý|yj|ij|y|i)$ gen=ého,yho dat=ému,ymu acc=ého,yho ins=ým,ym loc=om,ym
adjective-f person:á$ gen=ej dat=ej acc=ú ins=ou loc=ej
i person:(?<=[^k])[iíy]$ gen=iho,ího,yho dat=imu,ímu acc=iho,ího ins=im,ím loc=im,ím
person person:(?<=[bcčdďfghjklľmnňpqrsštťvwxzž])$ gen=a dat=ovi|u acc=a ins=om loc=ovi|i nom.pl=ovia gen.pl=ov
soft-place (?<=[cčďjňšťžľ])$ gen=a|e dat=u|i acc=0 ins=om|ou loc=i
place (?<=[bdfghklmnpqrstvwxz])$ gen=a|u dat=u acc=0 ins=om loc=e|u
fleeting-c ec$ gen=ca dat=cu,covi acc=ec,ca ins=com loc=ci,covi
fleeting-k ek$ gen=ka|ku dat=ku|kovi acc=ek|ka ins=kom loc=ku|kovi
a (?<=[^i])a$ gen=y dat=e|ovi acc=u ins=ou loc=e|ovi
ia ia$ gen=ie dat=ii acc=iu ins=iou loc=ii
o-person person:o$ gen=a dat=ovi|u acc=a ins=om loc=ovi
o o$ gen=a dat=u acc=o ins=om loc=e|u
plural place:y$ gen=0 dat=ám|om acc=y ins=ami|mi loc=ách|och
possessive person:(?:(?<=[bcčdďfghjklľmnňpqrsštťvwxzž])|o)$ poss=ov poss.f=ova poss.n=ovo poss.gen=ovho \
poss.gen.f=ovej poss.dat=ovmu poss.acc=ovu poss.loc=ovom poss.ins=ovým poss.ins.f=ovou \
poss.pl=ovi|ove poss.gen.pl=ových poss.ins.pl=ovými
"""
_POLISH = """
adjective (?<=[kg])(?:i|y|yj|ij|iy|yy)$ gen=iego,yego,y'ego dat=iemu,yemu,y'emu acc=iego,yego,y'ego ins=im,ym loc=im,ym
i person:(?<=[^kg])i$ gen=iego dat=iemu acc=iego ins=im loc=im
y person:(?<=[^kg])y$ gen=ego dat=emu acc=ego ins=ym loc=ym
ow ów$ gen=owa dat=owowi acc=ów,owa ins=owem loc=owie
velar-person person:(?<=[kg])$ gen=a dat=owi acc=a ins=iem loc=u
velar (?<=[kg])$ gen=a|u dat=owi acc=0 ins=iem loc=u
soft-person person:(?<=[lcjż]|cz|sz|rz|ch|h)$ gen=a dat=owi acc=a ins=em loc=u
soft (?<=[lcjż]|cz|sz|rz|ch|h)$ gen=u|a dat=owi acc=0 ins=em loc=u
person person:(?<=[bdfłmnprstvwxz])$ gen=a dat=owi acc=a ins=em loc=~e voc=~e nom.pl=owie gen.pl=ów
place (?<=[bdfłmnprstvwxz])$ gen=u|a dat=owi acc=0 ins=em loc=~e voc=~e
fleeting-k ek$ gen=ka|ku dat=kowi acc=ek|ka ins=kiem loc=ku
fleeting-c ec$ gen=ca dat=cowi acc=ec|ca ins=cem loc=cu
ia ia$ gen=ii|i dat=ii|i acc=ię ins=ią loc=ii|i
ja ja$ gen=ji|i dat=ji|i acc=ję ins=ją loc=ji|i
adjective-f person:(?<=sk|ck)a$ gen=iej dat=iej acc=ą ins=ą loc=iej
velar-a (?<=[kg])a$ gen=i dat=~e acc=ę ins=ą loc=~e voc=o
a (?<=[^ijkg])a$ gen=y,i dat=~e acc=ę ins=ą loc=~e voc=o
ko person:ko$ gen=ki dat=ce acc=kę ins=ką loc=ce voc=ko
o (?<=[^kg])o$ gen=a dat=u acc=o ins=em loc=~e
e place:e$ gen=a dat=u acc=e ins=em loc=u
s-soft ś$ gen=si dat=si acc=ś ins=sią loc=si
plural place:y$ gen=0 dat=om acc=y ins=ami loc=ach
"""
_CROATIAN = """
adjective (?<=[sc]k)(?:i|y|yj|ij)$ gen=og|oga,ija dat=om|ome,iju acc=og|oga,ija ins=im,ijem loc=om|ome,iju
i person:(?<=[^k])i$ gen=ija dat=iju acc=ija ins=ijem loc=iju
soft-person person:(?<=[cčćđjšžlnj])$ gen=a dat=u acc=a ins=em|om loc=u voc=u
person person:(?<=[bdfghklmnprstvwz])$ gen=a dat=u acc=a ins=om|em loc=u voc=e nom.pl=i gen.pl=a
place (?<=[bcčćdđfghjklmnprsštvwzž])$ gen=a dat=u acc=0 ins=om|em loc=u
fleeting-c ec$ gen=eca|ca dat=ecu|cu acc=ec|ca ins=ecom|cem loc=ecu|cu
a a$ gen=e dat=i acc=u ins=om loc=i voc=o
o-person person:o$ gen=a dat=u acc=a ins=om loc=u
o o$ gen=a dat=u acc=o ins=om loc=u
possessive person:(?<=[cčćđjšž])$ poss=ev poss.f=eva poss.n=evo poss.gen=evog poss.gen.f=eve \
poss.dat=evom poss.acc=evu poss.ins=evim poss.pl=evi poss.gen.pl=evih
possessive person:(?:(?<=[bdfghklmnprstvwz])|o)$ poss=ov poss.f=ova poss.n=ovo poss.gen=ovog poss.gen.f=ove \
poss.dat=ovom poss.acc=ovu poss.ins=ovim poss.pl=ovi poss.gen.pl=ovih
"""
_SLOVENE = """
adjective (?<=[sc]k)(?:i|y|yj|ij)$ gen=ega,ija dat=emu,iju acc=ega,ija ins=im,ijem loc=em,iju
i person:(?<=[^k])i$ gen=ija dat=iju acc=ija ins=ijem loc=iju
person person:(?<=[bcčdfghjklmnprsštvwzž])$ gen=a dat=u acc=a ins=om|em loc=u
place (?<=[bcčdfghjklmnprsštvwzž])$ gen=a dat=u acc=0 ins=om|em loc=u
a a$ gen=e dat=i acc=o ins=o loc=i
o-person person:o$ gen=a dat=u acc=a ins=om loc=u
o o$ gen=a dat=u acc=o ins=om loc=u
"""
_LITHUANIAN = """
as as$ gen=o dat=ui acc=ą ins=u loc=e voc=ai
is is$ gen=io dat=iui acc=į ins=iu loc=yje voc=i
us us$ gen=aus dat=ui acc=ų,u ins=umi loc=uje voc=au
a a$ gen=os dat=ai acc=ą ins=a loc=oje
e ė$ gen=ės dat=ei acc=ę ins=e loc=ėje
"""
_LATVIAN = """
s (?<=[^ai])s$ gen=a dat=am acc=u loc=ā
is is$ gen=a dat=im acc=i loc=ī
a a$ gen=as dat=ai|am acc=u loc=ā
e e$ gen=es dat=ei|em acc=i loc=ē
"""
_GERMAN = """
adjective place:(?<=[bcdfgjklmnpqtvwz])$ adj=er adj.pl=er
s (?<=[^sßxz'’])$ gen=s,'s,’s
sibilant (?<=[sßxz])$ gen=’|'
"""
_HUNGARIAN = """
front [eéiíöőüűEÉIÍÖŐÜŰ][^aáeéiíoóöőuúüű]*(?<=[^aáeéiíoóöőuúüű])()$ acc=et|t|öt dat=nek ine=ben ill=be \
ela=ből sup=en|ön sub=re del=ről ade=nél all=hez|höz abl=től ter=ig cau=ért
back [aáoóuúAÁOÓUÚ][^aáeéiíoóöőuúüű]*(?<=[^aáeéiíoóöőuúüű])()$ acc=ot|t|at dat=nak ine=ban ill=ba ela=ból \
sup=on sub=ra del=ról ade=nál all=hoz abl=tól ter=ig cau=ért
a a$ acc=át dat=ának ine=ában ill=ába ela=ából sup=án sub=ára del=áról ade=ánál all=ához abl=ától ter=áig \
cau=áért
e e$ acc=ét dat=ének ine=ében ill=ébe ela=éből sup=én sub=ére del=éről ade=énél all=éhez abl=étől ter=éig \
cau=éért
o [oóuú]()$ acc=t dat=nak ine=ban ill=ba ela=ból sup=n sub=ra del=ról ade=nál all=hoz abl=tól ter=ig cau=ért
i [iíöőüűyé]()$ acc=t dat=nek ine=ben ill=be ela=ből sup=n sub=re del=ről ade=nél all=hez abl=től ter=ig \
cau=ért
"""
_FINNISH = """
back-consonant [aouåAOUÅ][^aouåäö]*(?<=[^aeiouyäöå])()$ gen=in par=ia ine=issa ela=ista ill=iin ade=illa \
abl=ilta all=ille ess=ina
front-consonant ^[^aouåAOUÅ]*(?<=[^aeiouyäöå])()$ gen=in par=iä ine=issä ela=istä ill=iin ade=illä \
abl=iltä all=ille ess=inä
back-vowel [aouåAOUÅ][^aouåäö]*(?<=[aeiouå])()$ gen=n par=a|ta ine=ssa ela=sta ade=lla abl=lta all=lle ess=na
front-vowel ^[^aouåAOUÅ]*(?<=[eiyäö])()$ gen=n par=ä|tä ine=ssä ela=stä ade=llä abl=ltä all=lle ess=nä
"""
_ESPERANTO = """
o o$ acc=on
"""
_PARADIGMS = {
    "cs": _CZECH, "sk": _SLOVAK, "pl": _POLISH, "hr": _CROATIAN, "bs": _CROATIAN, "sr": _CROATIAN, "sl": _SLOVENE,
    "lt": _LITHUANIAN, "lv": _LATVIAN, "de": _GERMAN, "hu": _HUNGARIAN, "fi": _FINNISH, "eo": _ESPERANTO,
}  # fmt: skip
_HARD_SOFT = {
    "cs": (("ch", "še"), ("k", "ce"), ("h", "ze"), ("g", "ze"), ("r", "ře"), ("l", "le"), ("s", "se"), ("z", "ze"),
           ("c", "ci"), ("", "ě")),
    "pl": (("st", "ście"), ("k", "ce"), ("g", "dze"), ("ch", "sze"), ("r", "rze"), ("d", "dzie"), ("t", "cie"),
           ("ł", "le"), ("l", "li"), ("", "ie")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paradigm:
    """One line of the tables above; `written` and `met` map a case to endings."""

    name: str
    kinds: frozenset[str]
    citation: regex.Pattern[str]
    written: dict[str, tuple[str, ...]]
    met: dict[str, tuple[str, ...]]

    def stem(self, word: str, kind: str) -> str | None:
        """Return `word` without its citation ending, None if this is not its paradigm."""
        if self.kinds and kind not in self.kinds:
            return None
        found = self.citation.search(word)
        return word[: found.start(self.citation.groups)] if found else None


@lru_cache(maxsize=16)
def paradigms(lang: str) -> tuple[Paradigm, ...]:
    """Return the paradigms of a language, the more special first; none for a language without a table."""
    return tuple(map(_paradigm, _PARADIGMS.get(lang, "").strip().splitlines()))


def _paradigm(line: str) -> Paradigm:
    name, citation, *cases = line.split()
    kinds, colon, pattern = citation.partition(":")
    if not colon or not kinds.isalpha():
        kinds, pattern = "", citation
    written: dict[str, tuple[str, ...]] = {}
    met: dict[str, tuple[str, ...]] = {}
    for case in cases:
        label, _, endings = case.partition("=")
        free, *seen = endings.replace("0", "").split(",")
        written[label] = tuple(free.split("|"))
        met[label] = (*written[label], *seen)
    return Paradigm(name, frozenset(filter(None, [kinds])), regex.compile(pattern), written, met)


def put_on(stem: str, ending: str, *, lang: str) -> str:
    """Return stem and ending as one word; `~` softens the stem's last consonant.

    >>> put_on("Prah", "~e", lang="cs"), put_on("Odess", "~e", lang="pl")
    ('Praze', 'Odessie')
    """
    if not ending.startswith("~"):
        return stem + ending
    for hard, soft in _HARD_SOFT.get(lang, (("", ending[1:]),)):
        if stem.endswith(hard):
            return stem[: len(stem) - len(hard)] + soft
    return stem + ending[1:]
