# Sivujen tekstit suomeksi. Samat avaimet ovat tiedostoissa sv.ftl ja en.ftl; testi valvoo sitä.

## Kehys
site-name = Tiedoksi
skip-to-content = Siirry sisältöön
language-switch = Kieli
logged-in-as = Kirjautunut:
log-in = Kirjaudu sisään
log-out = Kirjaudu ulos
main-navigation = Päävalikko
nav-inbox = Saapuneet
nav-sent = Lähetetyt
nav-settings = Asetukset
footer = Tiedoksi on viranomaisten viestien ja päätösten sähköinen asiointitili. Emme koskaan pyydä pankkitunnuksiasi sähköpostilla tai tekstiviestillä.
back-to-front = Siirry etusivulle
back-to-inbox = Takaisin saapuneisiin viesteihin
back-to-sent = Takaisin lähetettyihin viesteihin
back-to-message = Takaisin viestiin
go-to-inbox = Siirry saapuneisiin viesteihin
cancel = Peruuta
error-prefix = Virhe:
error-summary = Korjaa seuraavat kohdat

## Päivät, koot ja tiedostot
weekday-monday = maanantai
weekday-tuesday = tiistai
weekday-wednesday = keskiviikko
weekday-thursday = torstai
weekday-friday = perjantai
weekday-saturday = lauantai
weekday-sunday = sunnuntai
on-day = { $weekday }na { $date }
size-bytes = { $count ->
    [one] { $count } tavu
   *[other] { $count } tavua
}
size-kilobytes = { $size } kt
size-megabytes = { $size } Mt
file-pdf = PDF-tiedosto
file-image = kuva
file-text = tekstitiedosto
file-document = tekstiasiakirja
file-spreadsheet = laskentataulukko
file-presentation = esitys
file-other = tiedosto
file-unnamed = Nimetön tiedosto

## Etusivu
front-title = Viranomaisten viestit yhdessä paikassa
front-lead = Tiedoksi-palvelussa saat viranomaisten viestit ja päätökset sähköisesti. Viestit ovat nähtävilläsi heti, kun ne on lähetetty.
front-login-hint = Kirjautumiseen tarvitset pankkitunnukset, mobiilivarmenteen tai varmennekortin.
front-what-heading = Mitä palvelussa voi tehdä
front-what-read = Lukea viranomaisten viestejä ja päätöksiä liitteineen.
front-what-confirm = Kuitata vastaanotetuksi päätökset, joiden tiedoksiannon on oltava todisteellinen.
front-what-reply = Vastata viesteihin ja lähettää liitteitä, kun viranomainen on sallinut vastaamisen.
front-what-proof = Ladata itsellesi saman todisteen toimituksesta, jonka viranomainen saa.
front-free-heading = Palvelu on maksuton
front-free-text = Palvelun käyttäminen on vapaaehtoista. Jos et käytä palvelua, viranomaiset lähettävät postisi edelleen paperilla. Voit palata paperipostiin asetuksissa.
front-statutory-text = { $count ->
    [one] Jos olet täyttänyt 18 vuotta, viestit otetaan lain nojalla käyttöön, kun kirjaudut palveluun. Viranomaiset lähettävät viestit sen jälkeen tänne paperipostin sijaan. Voit palata asetuksissa paperipostiin kuukaudeksi kerrallaan.
   *[other] Jos olet täyttänyt 18 vuotta, viestit otetaan lain nojalla käyttöön, kun kirjaudut palveluun. Viranomaiset lähettävät viestit sen jälkeen tänne paperipostin sijaan. Voit palata asetuksissa paperipostiin { $count } kuukaudeksi kerrallaan.
}

## Käyttöönotto
activate-title = Ota viestit käyttöön
activate-already = Viestisi ovat jo käytössä.
activate-lead = Kun otat viestit käyttöön, annat suostumuksesi siihen, että viranomaiset voivat antaa sinulle asiakirjoja tiedoksi sähköisesti.
activate-statutory-lead = Viranomaisten viestit toimitetaan sinulle sähköisesti lain nojalla. Voit kuitenkin valita, että saat viestit paperilla.
activate-means-heading = Mitä käyttöönotto tarkoittaa
activate-means-electronic = Saat viranomaisten viestit, päätökset ja tiedoksiannot tähän palveluun paperipostin sijaan.
activate-means-ordinary = Tavallisessa tiedoksiannossa sinun katsotaan saaneen viestin tiedoksi kolmantena päivänä viestin lähettämisestä, ellet osoita saaneesi sitä myöhemmin (laki sähköisestä asioinnista viranomaistoiminnassa 13/2003, 19 §).
activate-means-verifiable = Todisteellisessa tiedoksiannossa saat asiakirjan tiedoksi, kun kuittaat viestin vastaanotetuksi (13/2003, 18 §). Jos et kuittaa viestiä seitsemän päivän kuluessa, viranomainen toimittaa asiakirjan muulla tavalla.
activate-means-check = Sinun on seurattava viestejäsi. Määräajat voivat alkaa kulua, vaikka et avaisi viestiä.
activate-means-withdraw = Voit peruuttaa suostumuksesi milloin tahansa asetuksissa. Jo saapuneet viestit ovat sen jälkeenkin luettavissasi.
activate-means-statutory-paper = Voit palata paperipostiin asetuksissa määräajaksi kerrallaan. Jo saapuneet viestit ovat silloinkin luettavissasi.
activate-consent = Suostun siihen, että viranomaiset voivat lähettää minulle viestejä ja antaa asiakirjoja tiedoksi sähköisesti tässä palvelussa.
activate-statutory-accept = Olen lukenut edellä olevan ja haluan viestit sähköisesti tähän palveluun.
activate-button = Ota viestit käyttöön
activate-later = En ota viestejä käyttöön nyt
activate-statutory-later = Haluan viestit toistaiseksi paperilla
activate-statutory-stay = Pidän viestit paperilla. Valinta on voimassa { $at } asti.
activate-unticked = Jos haluat ottaa viestit käyttöön, merkitse rasti ruutuun.
activated-done = Viestit on otettu käyttöön. Viranomaiset voivat nyt lähettää sinulle viestejä tähän palveluun.
opened-title = Viestisi otettiin käyttöön lain nojalla
opened-lead = Asiointitilisi avattiin { $at }, kun tunnistauduit palveluun. Viranomaisten viestit, päätökset ja tiedoksiannot saapuvat nyt tähän palveluun paperipostin sijaan.
opened-means-heading = Mitä tämä tarkoittaa
opened-means-ordinary = Tavallisessa tiedoksiannossa sinun katsotaan saaneen viestin tiedoksi kolmantena päivänä viestin lähettämisestä, vaikka et avaisi sitä, ellet osoita saaneesi sitä myöhemmin (laki sähköisestä asioinnista viranomaistoiminnassa 13/2003, 19 §). Tämä koskee viestejä, jotka lähetetään { $at } tai sen jälkeen.
opened-continue = Jatka palveluun

## Viestiluettelot
inbox-title = Saapuneet viestit
sent-title = Lähetetyt viestit
inbox-empty = Sinulla ei ole saapuneita viestejä.
sent-empty = Et ole lähettänyt viestejä.
inactive-banner = Viestisi eivät ole käytössä. Viranomaiset lähettävät sinulle postin paperilla. Aiemmin saapuneet viestit voit lukea täällä.
inactive-activate = Ota viestit käyttöön
badge-unread = Lukematon
badge-needs-confirmation = Vaatii vastaanoton kuittauksen
badge-confirmed = Kuitattu vastaanotetuksi
badge-window-passed = Kuittaamatta
badge-read-late = Avattu kuittausajan jälkeen
badge-on-paper = Lähetetty kirjeenä
confirm-no-later-than = Kuittaa viimeistään
window-ended = Kuittausaika päättyi
attachment-count = { $count ->
    [one] { $count } liite
   *[other] { $count } liitettä
}
next-page = Näytä vanhempia viestejä
first-page = Palaa uusimpiin viesteihin

## Haku
search-title = Hae viesteistä
search-label = Hakusanat
search-button = Hae
search-hint = Haku etsii lähettäjästä, otsikosta ja viestin tekstistä. Kirjoita kokonaisia sanoja tai sanojen alkuja, enintään kahdeksan. Kuittaamattomista viesteistä etsitään vain lähettäjää ja otsikkoa. Liitteistä ja poistetuista viesteistä ei etsitä.
search-results = Hakutulokset
search-nothing = Yhtään viestiä ei löytynyt. Kokeile vähempiä sanoja tai lyhyempiä sanojen alkuja.
search-no-words = Kirjoita vähintään yksi sana tai sanan alku.
search-cut = Kirjoitit enemmän kuin kerralla voi hakea. Haussa käytettiin vain alkua, enintään kahdeksaa sanaa.
search-incomplete = Vanhempia viestejäsi lisätään vielä hakuun, joten tuloksista voi puuttua viestejä. Hae hetken kuluttua uudelleen.
search-next = Näytä vanhempia tuloksia
search-first = Palaa uusimpiin tuloksiin
found-in-inbox = Saapuneissa
found-in-sent = Lähetetyissä
found-in-archive = Arkistossa
## Kansiot, ketjut ja siirtäminen
nav-archive = Arkisto
nav-deleted = Poistetut
archive-title = Arkisto
archive-empty = Arkistossa ei ole viestejä.
deleted-title = Poistetut viestit
deleted-empty = Poistettuja viestejä ei ole.
deleted-lead = { $count ->
    [one] Poistetun viestin voi palauttaa yhden päivän ajan.
   *[other] Poistetun viestin voi palauttaa { $count } päivän ajan.
} Sen jälkeen viesti poistuu lopullisesti postilaatikostasi. Jos tarvitset todisteen toimituksesta, lataa se ennen sitä: sen jälkeen viesti ja todiste ovat vain viranomaisella.
back-to-archive = Takaisin arkistoon
back-to-deleted = Takaisin poistettuihin viesteihin
badge-sent = Lähetetty
row-last-day-stated = Muutoksenhakuaika päättyy
row-last-day = Yleinen muutoksenhakuaika päättyy
row-last-day-check = (tarkista päätöksestä)
removed-on = Poistuu lopullisesti
title-hidden = Todisteellisesti tiedoksi annettava asiakirja
gate-title-hidden = Lähettäjä näyttää viestin otsikon vasta, kun viesti on kuitattu vastaanotetuksi.
pick = Valitse viesti: { $title }
select-all = Valitse kaikki tämän sivun viestit
select-none = Poista valinnat
bulk = Valituille viesteille
file-archive = Arkistoi
file-unarchive = Palauta arkistosta
file-delete = Poista
file-restore = Palauta
filed-archive = { $count ->
    [one] Viesti on siirretty arkistoon.
   *[other] { $count } viestiä on siirretty arkistoon.
}
filed-unarchive = { $count ->
    [one] Viesti on palautettu arkistosta.
   *[other] { $count } viestiä on palautettu arkistosta.
}
filed-delete = { $count ->
    [one] Viesti on poistettu. Voit palauttaa sen poistetuista viesteistä.
   *[other] { $count } viestiä on poistettu. Voit palauttaa ne poistetuista viesteistä.
}
filed-restore = { $count ->
    [one] Viesti on palautettu sinne, missä se oli.
   *[other] { $count } viestiä on palautettu sinne, missä ne olivat.
}
filed-kept = { $count ->
    [one] Yhtä viestiä ei poistettu, koska sitä ei ole kuitattu vastaanotetuksi. Viestin voi poistaa vasta, kun se on avattu.
   *[other] { $count } viestiä ei poistettu, koska niitä ei ole kuitattu vastaanotetuiksi. Viestin voi poistaa vasta, kun se on avattu.
}
filed-nothing = Mitään ei siirretty, koska viestit ovat nyt toisessa kansiossa.
filed-none = Valitse ensin viestit, jotka haluat siirtää.
filed-undo = Kumoa
message-deleted = Tämä viesti on poistettu.
pages = Viestiluettelon sivut
previous-page = Näytä uudempia viestejä
thread-heading = Viestiketju
thread-show = Näytä ketjun { $count } viestiä
thread-newest = Näytä ketjun { $count } uusinta viestiä
thread-hint = Uusin viesti on ensimmäisenä. Luettelo ei avaa viestejä.
thread-to = Vastaanottaja:
thread-this = Tämä viesti
thread-deleted = Poistetuissa viesteissä
file-beside = Avaa viestin vieressä
file-close = Sulje liite

## Kuittaussivu
sender = Lähettäjä
recipient = Vastaanottaja
arrived = Saapunut
sent-at = Lähetetty
gate-confirm-by = Kuittaa viimeistään
gate-window-ended = Kuittausaika päättyi
gate-lead = Viranomainen antaa tämän asiakirjan sinulle tiedoksi todisteellisesti. Viesti ja sen liitteet avautuvat, kun kuittaat viestin vastaanotetuksi.
gate-means-heading = Mitä kuittaaminen tarkoittaa
gate-means-served = Kun kuittaat viestin vastaanotetuksi, olet saanut asiakirjan tiedoksi (laki sähköisestä asioinnista viranomaistoiminnassa 13/2003, 18 §).
gate-means-served-owner = Kun kuittaat viestin vastaanotetuksi, { $owner } on saanut asiakirjan tiedoksi (laki sähköisestä asioinnista viranomaistoiminnassa 13/2003, 18 §). Kerro siitä päämiehellesi.
gate-means-periods = Tiedoksisaannista alkaa määräaikoja, esimerkiksi aika, jonka kuluessa päätökseen voi hakea muutosta.
gate-means-sender = Lähettäjä saa tiedon siitä, että viesti on kuitattu, kuka sen kuittasi ja milloin.
gate-means-agree = Kuittaaminen ei tarkoita, että hyväksyt asiakirjan sisällön.
gate-otherwise-heading = Jos et kuittaa viestiä
gate-otherwise-text = Jos et kuittaa viestiä viimeistään { $day }, viranomainen toimittaa asiakirjan sinulle muulla tavalla, esimerkiksi postitse saantitodistusta vastaan.
gate-confirm = Avaa viesti ja kuittaa se vastaanotetuksi
gate-open-late = Avaa viesti
gate-not-now = Älä avaa nyt
gate-passed-heading = Viestin avaaminen ei ole enää tiedoksianto
gate-passed-text = Viestiä ei kuitattu määräajassa. Voit yhä avata ja lukea sen, mutta avaamista ei enää pidetä tiedoksiantona (13/2003, 18 §).
gate-passed-next = Viranomainen toimittaa asiakirjan sinulle muulla tavalla, esimerkiksi postitse saantitodistusta vastaan. Avaamisen ajankohta tallennetaan, ja lähettäjä saa siitä tiedon.

## Viesti
in-reply-to = Vastaus viestiin
show-original = Näytä alkuperäinen viesti
receipt-heading = Vastaanotto on kuitattu
receipt-confirmed = Viesti kuitattiin vastaanotetuksi
receipt-confirmed-by = Kuittaaja:
receipt-confirmed-means-owner = { $owner } sai asiakirjan tiedoksi kuittaushetkellä. Lähettäjä on saanut tiedon kuittauksesta. Kerro asiasta päämiehellesi.
receipt-confirmed-means = Asiakirja on annettu sinulle tiedoksi kuittaushetkellä. Lähettäjä on saanut tiedon kuittauksesta.
receipt-late-heading = Viesti avattiin kuittausajan jälkeen
receipt-late = Viesti avattiin
receipt-late-by = Avaaja:
receipt-late-means = Kuittausaika oli päättynyt, joten avaamista ei pidetä tiedoksiantona. Viranomainen toimittaa asiakirjan sinulle muulla tavalla.
receipt-sent-heading = Viesti on vastaanotettu
receipt-sent = Viranomainen on vastaanottanut viestisi
message-number = Viestin numero
receipt-sent-means = Tämä on viranomaisen ilmoitus viestisi vastaanottamisesta (laki sähköisestä asioinnista viranomaistoiminnassa 13/2003, 12 §). Ilmoitus ei vielä tarkoita, että asiasi on otettu käsittelyyn tai ratkaistu.
on-paper-heading = Kirjeen jäljennös
on-paper-means = Tämä viesti lähetettiin sinulle postitse kirjeenä, koska postilaatikkosi ei ollut silloin käytössä. Tämä on kirjeen jäljennös. Määräajat lasketaan kirjeen tiedoksisaannista, eivät tämän jäljennöksen avaamisesta.
attachments = Liitteet
deadline-heading = Määräajat
deadline-calculated = Laskettu, ei todiste
deadline-served = Tiedoksisaantipäivä
deadline-last-day-stated = Muutoksenhaun viimeinen päivä
deadline-last-day = Viimeinen päivä, jos muutoksenhakuaika on { $days } päivää
deadline-caution-stated = Lähettäjä on ilmoittanut muutoksenhakuajan. Päätöksen mukana annetut ohjeet ratkaisevat aina.
deadline-caution = Päätöksessä voi olla lyhyempi aika: esimerkiksi oikaisuvaatimuksen voi usein tehdä vain 14 päivän kuluessa. Kaikkiin viesteihin ei voi hakea muutosta. Päätöksen mukana annetut ohjeet ratkaisevat aina.
deadline-how = Näin päivät on laskettu
deadline-trace = Laskennan vaiheet sellaisina kuin laskentaohjelma ne kirjaa (englanniksi):
deadline-rules = Laskentasäännöt
step-available = Viesti oli luettavissasi { $at }.
step-pending = Viesti odottaa kuittausta. Sen voi kuitata viimeistään { $day }.
step-deemed = Tavallisessa tiedoksiannossa viestin katsotaan tulleen tietoosi { $count }. päivänä lähettämisestä, ellet osoita saaneesi sitä myöhemmin. Viestin avaaminen aikaisemmin ei siirrä päivää.
step-actual = Viesti kuitattiin vastaanotetuksi määräajassa. Tiedoksisaantipäivä on kuittauspäivä, { $day }.
step-instant = Viesti annettiin tiedoksi sillä hetkellä, kun se tuli luettavaksesi.
step-fallback = Viestiä ei kuitattu viimeistään { $day }. Viranomaisen on annettava asiakirja tiedoksi muulla tavalla.
step-appeal = { $count ->
    [one] Muutoksenhakuaika on { $count } päivä.
   *[other] Muutoksenhakuaika on { $count } päivää.
} Tiedoksisaantipäivää ei lasketa mukaan.
step-rolled = Jos määräajan viimeinen päivä on lauantai, sunnuntai, kirkollinen juhlapäivä, itsenäisyyspäivä, vapunpäivä, juhannusaatto tai jouluaatto, määräaika päättyy seuraavana arkipäivänä (laki säädettyjen määräaikain laskemisesta 150/1930, 5 §). Väliin jäävät { $days }.
step-no-appeal = Lähettäjä on ilmoittanut, että tähän ei voi hakea muutosta.
step-late = Viesti avattiin kuittausajan päätyttyä. Avaamista ei pidetä tiedoksiantona, eikä siitä ala määräaika.
reply = Vastaa viestiin
download-receipt = Lataa toimitustodistus (PDF)
download-proof = Lataa todiste toimituksesta
download-bundle = Lataa allekirjoitettu todistuspaketti (ASiC-E)
proof-hint = Todisteen avulla kuka tahansa voi tarkistaa, milloin viesti on toimitettu ja kuitattu. Viranomaisella on sama todiste.

## Kirjoittaminen
nav-drafts = Luonnokset
nav-write = Kirjoita viesti
back-to-drafts = Takaisin luonnoksiin
reply-title-of = Vs: { $title }
draft-reply-title = Vastaa viestiin
draft-new-title = Uusi viesti
draft-subject = Otsikko
draft-body = Viesti
draft-files = Lisää liitteitä
draft-files-hint = Enintään 10 liitettä, kukin enintään 10 Mt. Sallitut tiedostotyypit: pdf, jpg, png, doc, docx, xls, xlsx, ppt, pptx, odt, ods ja txt.
draft-add = Tallenna valitut tiedostot
draft-remove = Poista
draft-cancel-upload = Peruuta
draft-send = Lähetä viesti
draft-save = Tallenna luonnos
draft-saved = Luonnos on tallennettu.
draft-saved-at = Luonnos on tallennettu { $at }.
draft-unsaved = Viimeisimpiä muutoksia ei ole tallennettu. Tallennusta yritetään uudelleen.
draft-delete = Poista luonnos
draft-delete-text = Teksti ja liitteet poistetaan pysyvästi. Niitä ei voi palauttaa.
draft-delete-button = Poista luonnos pysyvästi
draft-deleted = Luonnos on poistettu.
untitled = Ei otsikkoa
draft-is-reply = Vastaus
draft-not-in-use = Viestit eivät ole käytössäsi, joten et voi lähettää viestiä. Ota viestit käyttöön; luonnos säilyy.
draft-reply-not-taken = Lähettäjä ei enää ota vastaan vastauksia tähän viestiin. Luonnos säilyy, mutta sitä ei voi lähettää.
draft-service-closed = Tämä palvelu ei enää ota vastaan viestejä. Luonnos säilyy, mutta sitä ei voi lähettää.
drafts-title = Luonnokset
drafts-kept = Luonnos säilyy { $count } päivää viimeisestä muutoksesta. Sen jälkeen se poistetaan liitteineen.
drafts-empty = Sinulla ei ole luonnoksia.
drafts-full = Sinulla on jo 100 luonnosta. Lähetä tai poista jokin niistä, ennen kuin aloitat uuden.
write-title = Kirjoita viranomaiselle
write-lead = Valitse palvelu, jolle haluat kirjoittaa. Tässä ovat palvelut, jotka ottavat vastaan viestejä.
write-search = Hae palvelua nimellä
write-search-hint = Kirjoita palvelun tai viranomaisen nimen alku.
write-search-button = Hae
write-found = Löytyneet palvelut
write-none = Palvelua ei löytynyt. Kokeile toista hakusanaa tai valitse aihe tai viranomainen.
write-more = Palveluja löytyi enemmän kuin tässä näkyy. Tarkenna hakua.
write-nobody = Mikään palvelu ei vielä ota vastaan viestejä.
write-to = Kirjoita viesti
write-topics = Aiheet
write-authorities = Viranomaiset
upload-uploading = Tallennetaan tiedostoa { $name }
upload-uploaded = Tiedosto { $name } on tallennettu.
upload-retrying = Yhteys katkesi. Tiedoston { $name } tallennusta yritetään uudelleen.
upload-failed = Tiedostoa { $name } ei voitu tallentaa. Lisää se uudelleen.
upload-ended = Istuntosi on päättynyt. Kirjaudu sisään uudelleen toisessa välilehdessä; kirjoittamasi teksti on yhä tässä.
upload-cancelled = Tiedoston { $name } tallennus peruttiin.
upload-removed = Tiedosto { $name } on poistettu.
upload-waiting = Viesti lähetetään, kun liitteet on tallennettu.
message-sent-done = Viestisi on lähetetty.
receipt-thread = Viestiketjun numero
receipt-reference = Viranomaisen viite
receipt-body-hash = Viestin tarkiste (SHA-256)
receipt-file-hash = Liitteen { $name } tarkiste (SHA-256)
receipt-seal = Sähköinen leima
receipt-seal-means = Leima todistaa, että viesti on vastaanotettu tämän sisältöisenä yllä mainittuna aikana. Sen voi tarkistaa ilman tätä palvelua.
problem-not-saved = Muutoksia ei voitu tallentaa juuri nyt. Teksti on yhä tässä. Yritä hetken kuluttua uudelleen.
problem-not-sent = Viestiä ei voitu lähettää juuri nyt. Teksti on yhä tässä. Yritä hetken kuluttua uudelleen.
problem-title-missing = Kirjoita viestille otsikko.
problem-title-long = Otsikko on liian pitkä. Lyhennä se enintään { $count } merkkiin.
problem-body-missing = Kirjoita viesti.
problem-body-long = Viesti on liian pitkä. Lyhennä se enintään { $count } merkkiin tai siirrä osa tekstistä liitteeseen.
problem-characters = Tekstissä on merkki, jota ei voi käyttää. Poista se.
problem-files-many = Liitteitä on liikaa. Lähetä enintään { $count } liitettä.
problem-file-large = Tiedosto ”{ $name }” on liian suuri. Tiedoston koko saa olla enintään { $size }.
problem-file-type = Tiedostoa ”{ $name }” ei voi liittää. Tiedosto on tyhjä, sen tyyppi ei ole sallittu tai sisältö ei vastaa tiedostopäätettä.
problem-file-extensions = Tiedostoa ”{ $name }” ei voi liittää. Sen nimessä on kaksi tiedostopäätettä. Jätä vain viimeinen ja lisää tiedosto uudelleen.
problem-file-two = Tiedostoa ”{ $name }” ei voi liittää. Sen sisällä on toisenlainen tiedosto. Tallenna asiakirja uudelleen ja lisää uusi tiedosto.
problem-file-malware = Tiedosto ”{ $name }” hylättiin: siitä löytyi haittaohjelma. Tarkista laitteesi äläkä lähetä tiedostoa kenellekään.
problem-file-unscanned = Tiedostoa ”{ $name }” ei voitu juuri nyt tarkistaa haittaohjelmien varalta, joten sitä ei tallennettu. Lisää se hetken kuluttua uudelleen.

## Sähköpostiosoite ja valintojen historia
back-to-settings = Takaisin asetuksiin
contact-title = Sähköpostiosoite
contact-lead = Osoitteeseen lähetetään toistaiseksi vain vahvistuskoodeja. Uusista viesteistä ei vielä ilmoiteta sähköpostilla: käy itse katsomassa, onko sinulle tullut viestejä.
contact-no-links = Emme koskaan lähetä sähköpostissa linkkiä tähän palveluun.
contact-in-use = Käytössä oleva osoite
contact-since = Vahvistettu
contact-waits = Odottaa vahvistusta
contact-type-code = Kirjoita vahvistuskoodi
contact-address = Sähköpostiosoite
contact-new-address = Uusi sähköpostiosoite
contact-address-hint = Lähetämme osoitteeseen kuusinumeroisen vahvistuskoodin. Kirjoitamme sinulle suomeksi.
contact-change-hint = Lähetämme uuteen osoitteeseen kuusinumeroisen vahvistuskoodin. Nykyinen osoite on käytössä, kunnes olet vahvistanut uuden. Kirjoitamme sinulle suomeksi.
contact-send-code = Lähetä vahvistuskoodi
contact-bad-address = Kirjoita sähköpostiosoite muodossa nimi@esimerkki.fi.
contact-too-many = Olemme lähettäneet kolme vahvistuskoodia tunnin kuluessa. Voit pyytää uuden koodin, kun ensimmäisestä on kulunut tunti.
contact-done-verified = Sähköpostiosoitteesi on vahvistettu.
contact-done-in-use = Osoite on jo käytössäsi. Kirjoitamme sinulle tästä lähtien suomeksi.
contact-code-title = Vahvista sähköpostiosoitteesi
contact-code-lead = Lähetimme vahvistuskoodin osoitteeseen
contact-code-holds = { $count ->
    [one] Koodi on voimassa { $count } minuutin.
   *[other] Koodi on voimassa { $count } minuuttia.
}
contact-code-until = Voit käyttää sitä tähän asti:
contact-code = Vahvistuskoodi
contact-code-hint = Kuusi numeroa
contact-verify = Vahvista osoite
contact-code-wrong = { $count ->
    [one] Koodi on väärä. Voit yrittää vielä yhden kerran.
   *[other] Koodi on väärä. Voit yrittää vielä { $count } kertaa.
}
contact-code-none = Kirjoita koodin kuusi numeroa. Tämä ei kulunut yrityksenä.
contact-code-over = Koodi ei ole enää voimassa. Pyydä uusi koodi.
contact-none-came = Etkö saanut koodia?
contact-none-came-text = Viestin perilletulo voi kestää muutaman minuutin. Katso myös roskapostikansio ja tarkista osoite. Uusi koodi korvaa edellisen.
contact-send-again = Lähetä uusi koodi
contact-resent = Uusi koodi on lähetetty. Edellinen ei enää kelpaa.
contact-other-address = Vaihda osoitetta
contact-give = Anna sähköpostiosoite
contact-see = Näytä tai vaihda osoite
needs-address-banner = Et ole vahvistanut sähköpostiosoitetta. Uusista viesteistä ei vielä ilmoiteta sähköpostilla: käy itse katsomassa, onko sinulle tullut viestejä.
opened-address = Anna sähköpostiosoite. Uusista viesteistä ei vielä ilmoiteta sähköpostilla: käy itse katsomassa, onko sinulle tullut viestejä.
activate-step-address = Vaihe 1/3: sähköpostiosoite
activate-step-code = Vaihe 2/3: vahvistuskoodi
activate-step-consent = Vaihe 3/3: suostumus
sender-business-id = Y-tunnus
sender-services = Palvelut
sender-inactive = Viestisi eivät ole käytössä, joten mikään viranomainen ei voi lähettää sinulle viestejä. Voit silti tehdä valinnan jo nyt.
sender-consent-heading = Mitä suostumus tarkoittaa
sender-consent-own = Tämä viranomainen lähettää sinulle viestejä sähköisesti vain, jos annat siihen erillisen suostumuksen.
sender-consent-means = Kun suostut, viranomainen voi lähettää sinulle viestejä ja antaa asiakirjoja tiedoksi tässä palvelussa paperipostin sijaan.
sender-consent-back = Voit peruuttaa suostumuksen tällä sivulla milloin tahansa. Jo saapuneet viestit ovat sen jälkeenkin luettavissasi.
sender-refuse-hint = Jos kieltäydyt tämän viranomaisen viesteistä, se lähettää sinulle postin paperilla.
sender-not-refusable = Tämän viranomaisen viesteistä ei voi kieltäytyä erikseen. Voit palata paperipostiin asetuksissa.
history-show = Näytä valintojesi historia
history-title = Valintojesi historia
history-lead = Tässä ovat kaikki valinnat, jotka olet tehnyt viestien käytöstä, uusin ensin.
history-empty = Et ole vielä tehnyt valintoja.
history-proof = Lataa todiste valinnoistasi
history-proof-hint = Todisteen avulla kuka tahansa voi tarkistaa, mitä olet valinnut ja milloin.
history-activated = Viestit otettiin käyttöön
history-deactivated = Viestien käyttö lopetettiin
history-paper = Valitsit viestit paperilla
history-until = Valinta on voimassa tähän asti:
history-consented = Suostuit sähköiseen tiedoksiantoon
history-consented-to = Annoit suostumuksen: { $name }
history-withdrew = Peruutit suostumuksen sähköiseen tiedoksiantoon
history-withdrew-from = Peruutit suostumuksen: { $name }
history-refused = Kieltäydyit viesteistä: { $name }
history-allowed = Sallit viestit: { $name }
history-address = Sähköpostiosoite vahvistettiin
history-mandate = Annettiin valtuus toimia puolestasi
history-mandate-over = Valtuus toimia puolestasi lopetettiin
history-by = Tekijä: { $name }
history-by-agent = Tekijä: puolestasi toiminut henkilö
history-older = Näytä vanhempia valintoja
history-newest = Palaa uusimpiin valintoihin
reply-needs-use = Viestisi eivät ole käytössä, joten et voi vastata tähän viestiin.
error-unused-title = Viestisi eivät ole käytössä
error-unused-text = Kun viestit eivät ole käytössä, et voi lähettää viestejä. Aiemmin saapuneet viestit voit lukea. Ota viestit käyttöön ja yritä uudelleen.

## Asetukset
settings-title = Asetukset
settings-mailbox = Viestien käyttö
settings-state = Tila
settings-active = Viestit ovat käytössä
settings-inactive = Viestit eivät ole käytössä
settings-since = Käytössä alkaen
settings-basis = Peruste
basis-consent = Suostumuksesi
basis-statutory = Tili avattiin lain nojalla, kun tunnistauduit
settings-paper-until = Paperilla asti
settings-history = Jokainen valintasi tallennetaan niin, että sen ajankohdan voi myöhemmin todistaa.
settings-senders = Viestien lähettäjät
settings-senders-text = Tässä näet viranomaiset, jotka käyttävät palvelua, ja voit päättää, mitkä niistä saavat lähettää sinulle viestejä sähköisesti.
settings-no-senders = Palvelussa ei ole vielä lähettäjiä.
sender-can-send = Voi lähettää sinulle viestejä.
sender-cannot-send = Ei voi lähettää sinulle viestejä.
choice-given = Annoit suostumuksen
choice-withdrawn = Peruutit suostumuksen
choice-refused = Kieltäydyit viesteistä
offer-give = Anna suostumus
offer-withdraw = Peruuta suostumus
offer-refuse = Kieltäydy viesteistä
offer-allow = Salli viestit
withdraw-heading = Palaa paperipostiin
withdraw-text = Jos peruutat suostumuksesi, viranomaiset lähettävät sinulle jatkossa postin paperilla. Voit ottaa viestit uudelleen käyttöön milloin tahansa.
withdraw-sure = Uusia viestejä ei sen jälkeen tule tänne. Jos viesti odottaa vastaanoton kuittausta, voit yhä avata sen.
withdraw-yes = Kyllä, lopeta sähköiset viestit
withdraw-button = Peruuta suostumus
withdraw-keeps = Jo saapuneet viestit ovat edelleen luettavissasi. Niiden määräajat eivät muutu.
paper-heading = Palaa paperipostiin
paper-text = { $count ->
    [one] Voit valita, että saat viestit paperilla. Valinta on voimassa kuukauden kerrallaan.
   *[other] Voit valita, että saat viestit paperilla. Valinta on voimassa { $count } kuukautta kerrallaan.
} Jos tunnistaudut viranomaisen palveluun sen jälkeen, viestit otetaan uudelleen käyttöön ja saat siitä ilmoituksen.
paper-if-today = Jos teet valinnan nyt, se on voimassa tähän päivään:
paper-button = Haluan viestit paperilla
done-choice = Valintasi on tallennettu.
done-withdrawn = Olet palannut paperipostiin. Viranomaiset eivät enää lähetä sinulle viestejä tähän palveluun.

## Toisen puolesta asioiminen ja kirjautumiset
acting-for = Asioit toisen puolesta:
acting-change = Vaihda
acting-role = Vaihda roolia
acting-switch = Asioi toisen puolesta
acting-title = Kenen puolesta asioit?
acting-lead = Valitse, kenen viestejä haluat lukea ja hoitaa. Voit vaihtaa valintaa milloin tahansa sivun yläosasta.
acting-own = Omat viestisi.
acting-own-button = Asioi omissa asioissasi
acting-button = Asioi tämän puolesta
acting-current = Valittu nyt
acting-none = Sinulla ei ole oikeutta asioida kenenkään toisen puolesta.
acting-incomplete = Valtuusrekisteri ei juuri nyt vastaa, joten kaikkia valtuuksiasi ei voida näyttää. Omat viestisi toimivat tavalliseen tapaan. Yritä hetken kuluttua uudelleen.
acting-ended = Oikeutesi asioida toisen puolesta on päättynyt. Olet nyt omissa viesteissäsi. Mitään ei tehty.
role-signatory = Nimenkirjoitusoikeus
role-guardian = Huoltaja
role-mandate = Valtuutus
scope-everything = Kaikki viestit.
scope-some = Vain nämä viranomaiset ja aiheet: { $names }.
mandate-until = Voimassa { $day } asti.
mandate-open = Voimassa toistaiseksi.
mandate-begins-on = Alkaa { $day }.
mandate-ended-on = Päättyi { $day }.
mandate-revoked-at = Peruttu { $at }.
mandate-revoke = Peru valtuus
mandate-registered = Tiedon on rekisteröinyt palvelun ylläpitäjä, joka myös poistaa sen.
mandates-title = Valtuudet
mandates-lead = Voit valtuuttaa toisen henkilön lukemaan ja hoitamaan viestejäsi. Hän ei voi muuttaa suostumuksia, yhteystietoja eikä valtuuksia, eikä nähdä viestejä, jotka lähettäjä on tarkoittanut vain vastaanottajalle itselleen.
mandates-granted = Voimassa olevat valtuudet näihin viesteihin
mandates-none = Kenelläkään ei ole valtuutta näihin viesteihin.
mandates-ended = Päättyneet valtuudet
mandates-held = Kenen puolesta sinä voit asioida
done-granted = Valtuus on myönnetty.
done-revoked = Valtuus on peruttu. Se ei ole enää voimassa.
back-to-mandates = Takaisin valtuuksiin
grant-title = Myönnä valtuus
grant-lead = Valtuutettu kirjautuu omilla tunnuksillaan ja valitsee, että asioi puolestasi. Kaikki, mitä hän tekee, kirjataan hänen nimiinsä.
grant-agent = Valtuutettavan henkilötunnus
grant-agent-hint = Kaikki 11 merkkiä isoin kirjaimin.
grant-name = Valtuutettavan nimi
grant-name-hint = Nimi näkyy valtuuksien luettelossa.
grant-scope = Mitä valtuus koskee?
grant-everything = Kaikkia viestejä
grant-some = Vain seuraavia viranomaisia ja aiheita
grant-organisations = Viranomaiset
grant-topics = Aiheet
grant-begins = Ensimmäinen voimassaolopäivä
grant-begins-hint = Jos jätät tämän tyhjäksi, valtuus alkaa tänään.
grant-until = Viimeinen voimassaolopäivä
grant-until-hint = Jos jätät tämän tyhjäksi, valtuus on voimassa, kunnes perut sen.
grant-button = Myönnä valtuus
grant-agent-missing = Kirjoita valtuutettavan henkilötunnus.
grant-agent-wrong = Henkilötunnus ei ole oikein. Tarkista merkit ja isot kirjaimet.
grant-agent-oneself = Et voi myöntää valtuutta itsellesi.
grant-name-missing = Kirjoita valtuutettavan nimi.
grant-name-long = Nimi on liian pitkä. Lyhennä se enintään 100 merkkiin.
grant-scope-missing = Valitse, mitä valtuus koskee.
grant-scope-empty = Valitse ainakin yksi viranomainen tai aihe.
grant-scope-gone = Valittua viranomaista tai aihetta ei ole. Valitse uudelleen.
grant-day-wrong = Päivä ei ole oikein. Kirjoita se muodossa pp.kk.vvvv.
grant-begins-past = Valtuus ei voi alkaa menneenä päivänä.
grant-until-past = Viimeinen päivä on mennyt tai ennen ensimmäistä päivää.
grant-too-many = Voimassa olevia valtuuksia voi olla enintään { $count }. Peru ensin jokin niistä.
owner-decides-title = Tästä päättää postilaatikon omistaja
owner-decides-text = Valtuutettuna voit lukea ja hoitaa viestejä. Suostumuksista, asetuksista ja valtuuksista päättää omistaja itse tai hänen lakimääräinen edustajansa.
mandates-down-title = Valtuusrekisteriin ei saada nyt yhteyttä
mandates-down-text = Oikeuttasi asioida toisen puolesta ei voida juuri nyt tarkistaa, joten mitään ei näytetty eikä tehty. Voit siirtyä omiin viesteihisi tai yrittää hetken kuluttua uudelleen.
choose-mailbox = Valitse, kenen puolesta asioit
settings-access = Valtuudet ja kirjautumiset
sessions-title = Kirjautumisesi
sessions-lead = Tässä näet, missä selaimissa olet kirjautuneena. Kirjaa ulos ne, joita et tunnista.
sessions-unknown = Tuntematon selain
sessions-began = Kirjauduttu
sessions-seen = Käytetty viimeksi
sessions-current = Tämä kirjautuminen
sessions-end = Kirjaa ulos
sessions-end-others = Kirjaa ulos kaikki muut
sessions-only = Et ole kirjautuneena missään muualla.
sessions-done = Uloskirjaus on tehty.

## Virhesivut
error-invalid-title = Pyyntöä ei voitu käsitellä
error-invalid-text = Pyynnössä oli virhe. Palaa edelliselle sivulle ja yritä uudelleen. Mitään ei muutettu.
error-login-title = Kirjaudu sisään
error-login-text = Sivu näytetään vain kirjautuneelle käyttäjälle. Istuntosi on voinut päättyä, koska palvelua ei ole käytetty vähään aikaan. Kirjaudu sisään ja yritä uudelleen.
error-forbidden-title = Toiminto ei ole mahdollinen
error-forbidden-text = Et voi tehdä tätä nyt. Lomake on voinut vanhentua tai toiminto ei ole sallittu tälle viestille tai lähettäjälle. Avaa sivu uudelleen ja yritä vielä kerran.
error-missing-title = Sivua ei löytynyt
error-missing-text = Sivua tai viestiä ei ole, tai se ei ole nähtävilläsi. Tarkista osoite tai etsi viesti saapuneista viesteistä.
error-large-title = Lähetys on liian suuri
error-large-text = Lähetit enemmän tietoa kuin palvelu ottaa kerralla vastaan. Pienennä tiedostoja tai lähetä ne useammassa viestissä.
error-slow-title = Yhteys oli liian hidas
error-slow-text = Tietoja ei saatu perille ajoissa, joten lähetys keskeytettiin. Palaa edelliselle sivulle ja yritä uudelleen.
error-busy-title = Palvelu on hetkellisesti ruuhkautunut
error-busy-text = Pyyntöä ei ehditty käsitellä. Odota hetki ja yritä uudelleen. Mitään ei muutettu.
error-halted-title = Palvelu on poissa käytöstä
error-halted-text = Palvelussa on häiriö, jota ylläpito korjaa. Jo avaamasi viestit voit lukea, mutta uusia ei voi nyt avata, kuitata eikä lähettää. Mitään ei muutettu. Jos sinulla on määräaika, ota yhteyttä suoraan viranomaiseen.
error-unknown-title = Toiminnon tulosta ei saatu selville
error-unknown-text = Yhteys katkesi kesken tallennuksen, joten emme tiedä, onnistuiko toiminto. Tarkista tilanne viesteistäsi, ennen kuin yrität uudelleen.
error-internal-title = Palvelussa on häiriö
error-internal-text = Palvelussa tapahtui virhe, jonka syytä selvitämme. Yritä hetken kuluttua uudelleen.
unsaved-lead = Kirjautumisesi on vanhentunut, joten tekstiä ei tallennettu. Se on tässä: kopioi se talteen, kirjaudu sisään ja liitä se luonnokseen. Lisää myös liitteet, jotka puuttuvat.
error-session-title = Istuntosi on päättynyt
error-session-text = Lomaketta ei tallennettu, koska istuntosi on päättynyt. Kirjaudu sisään ja tee sama uudelleen.
error-form-title = Lomaketta ei voitu vastaanottaa
error-form-text = Lomake ei ole tämän istunnon lomake. Mitään ei muutettu. Avaa sivu uudelleen ja lähetä lomake sieltä.
login-outdated-title = Kirjautuminen on vanhentunut
login-outdated-text = Kirjautuminen kesti liian kauan, tai se on jo käytetty. Aloita kirjautuminen alusta.
login-elsewhere-title = Kirjautumista ei voitu jatkaa
login-elsewhere-text = Kirjautuminen aloitettiin toisessa selaimessa, tai selain ei tallenna evästeitä. Aloita kirjautuminen alusta.
login-cancelled-title = Tunnistautuminen keskeytettiin
login-cancelled-text = Et kirjautunut sisään. Voit aloittaa alusta milloin vain.
login-weak-title = Vahva tunnistautuminen tarvitaan
login-weak-text = Valitsemasi tunnistustapa ei riitä tähän palveluun. Aloita alusta ja valitse toinen tunnistustapa.
login-failed-title = Tunnistautuminen ei onnistunut
login-failed-text = Tunnistuspalvelu ei juuri nyt vastaa oikein. Yritä hetken kuluttua uudelleen.

## Avoimuus: kuka on avannut, todisteet, kaikki liitteet, koko postilaatikko
openness-heading = Omat tietosi
openness-access = Kuka on avannut viestejäsi
openness-proofs = Todisteet toimituksista
openness-export = Ota kaikki viestisi mukaan
zip-button = Lataa kaikki liitteet (zip)
zip-name = Liitteet { $id }.zip
access-title = Kuka on avannut viestejäsi
access-lead = Tässä näet, kuka on avannut viestejäsi, kuitannut niitä vastaanotetuiksi, poistanut niitä tai ottanut viestit mukaansa, ja milloin. Merkinnät ovat lokissa, jonka jälkikäteinen muuttaminen voidaan havaita. Saman henkilön toistuvat avaukset tunnin aikana ovat yksi merkintä.
access-empty = Kukaan ei ole vielä avannut viestejäsi.
access-opened = Viesti avattu
access-opened-again = Viesti avattu uudelleen
access-confirmed = Viesti kuitattu vastaanotetuksi
access-late = Viesti avattu kuittausajan jälkeen
access-mandate = Alkoi asioida postilaatikon omistajan puolesta
access-exported = Kaikki viestit ladattu
access-proof = Todiste toimituksesta annettu
access-staff = Henkilökunta katsonut tietoja
access-deleted = Viesti poistettu
access-erased = Poistettu viesti hävitetty lopullisesti
access-by-itself = Automaattisesti poistettujen viestien säilytysajan päätyttyä
access-other = Muu tapahtuma
access-owner = { $name } (postilaatikon omistaja)
access-authority = { $name }, viranomaisen järjestelmä
access-code = Henkilö, jonka henkilötunnuksen loppu on { $code }
access-foreign = Henkilö, jolla ei ole suomalaista henkilötunnusta
access-nobody = Merkinnässä ei ole nimeä
access-role-signatory = yrityksen edustajana
access-role-guardian = huoltajana
access-role-mandate = valtuutettuna
access-removed = Poistettu viesti
access-older = Näytä vanhempia tapahtumia
access-newest = Palaa uusimpiin tapahtumiin
proofs-title = Todisteet toimituksista
proofs-lead = Jokaisesta viestistä on todiste toimituksesta. Se on sama todiste, joka viranomaisella on. Kuka tahansa voi tarkistaa sen, myös ilman tätä palvelua.
proofs-choices = Myös omista valinnoistasi on todiste.
proofs-empty = Toimituksia ei vielä ole.
proofs-older = Näytä vanhempia toimituksia
proofs-newest = Palaa uusimpiin toimituksiin
state-unread = Ei avattu.
state-read = Avattu { $at }.
state-waits = Odottaa vastaanottokuittausta viimeistään { $day }.
state-confirmed = Kuitattu vastaanotetuksi { $at }: annettu tiedoksi.
state-expired = Kuittausaika päättyi { $day }: ei annettu tiedoksi sähköisesti.
state-late = Avattu kuittausajan jälkeen { $at }: ei annettu tiedoksi sähköisesti.
state-sent = Saapunut viranomaiselle { $at }.
state-on-paper = Lähetetty kirjeenä; tässä on jäljennös.
state-deemed = Katsotaan annetun tiedoksi { $day }, ellet osoita saaneesi sitä myöhemmin.
state-answered = Olet vastannut viestiin.
export-title = Kaikki viestisi
export-lead = Voit ladata kaikki postilaatikon viestit yhtenä tiedostona (zip) ja säilyttää ne tai viedä ne toiseen palveluun.
export-holds-messages = Jokainen viesti on liitteineen .eml-tiedosto, jonka sähköpostiohjelmat osaavat avata.
export-holds-proofs = Jokaisen viestin vieressä on todiste sen toimituksesta.
export-holds-index = Tiedostoissa index.html ja index.csv on luettelo kaikista viesteistä.
export-before-heading = Ennen kuin lataat
export-opens = Tiedostoon tulevat lukemattomat viestit merkitään avatuiksi, aivan kuin avaisit ne yksitellen. Viranomainen näkee sen.
export-waits = Viestit, joita et ole kuitannut vastaanotetuiksi, ovat tiedostossa ilman sisältöä. Lataaminen ei kuittaa niitä.
export-safe = Tiedostoa ei ole suojattu salasanalla. Säilytä sitä paikassa, jossa vain sinä voit lukea sen.
export-large = Tiedosto voi olla suuri. Jos lataus katkeaa, tiedosto ei ole kokonainen; lataa se uudelleen.
export-busy = Lataus ei voinut alkaa, koska näitä viestejä ladataan jo, sinulla on toinen lataus kesken tai latauksia on käynnissä paljon. Yritä uudelleen muutaman minuutin kuluttua.
export-button = Lataa kaikki viestit
export-file-name = Viestit { $day }.zip
export-withheld = Tämän viestin sisältö ei ole mukana, koska viestiä ei ole kuitattu vastaanotetuksi. Avaa viesti palvelussa.
readme-whose = Viestit: { $name }, ladattu { $at }.
readme-index = Avaa tiedosto index.html selaimessa tai index.csv taulukkolaskentaohjelmassa, niin näet kaikki viestit.
readme-messages = Kansiossa messages jokaisella viestillä on oma kansionsa. Tiedosto message.eml avautuu sähköpostiohjelmassa. Siinä ovat viesti ja sen liitteet. Osoitteiden loppu on .invalid: niihin ei voi lähettää mitään.
readme-proofs = Tiedosto proof.json on todiste toimituksesta, sama joka viranomaisella on. Se tarkistetaan ohjelmalla tiedoksi: tiedoksi verify proof.json. Jos todiste kertoo, ettei tapahtuma ole vielä lokissa, lataa todiste uudelleen palvelusta.
readme-withheld = Viestit, joita ei ollut kuitattu vastaanotetuiksi, ovat mukana ilman sisältöä.
readme-safe = Tiedostoja ei ole suojattu. Säilytä niitä paikassa, jossa vain sinä voit lukea ne.
index-date = Aika
index-place = Kansio
index-authority = Viranomainen
index-service = Palvelu
index-title = Otsikko
index-state = Tila
index-message = Viesti
index-proof = Todiste
## Uusi tunnistautuminen ennen kuittaamista
login-again-heading = Tunnistaudu ensin uudelleen
login-again-text = Vastaanoton kuittaamista varten sinun on tunnistauduttava nyt uudelleen. Tunnistautumisen jälkeen palaat tälle sivulle.
login-again = Tunnistaudu uudelleen

## Toiselta sivustolta viestiin

arrival-title = Jatka viestiin
arrival-text = Tulit tähän toiselta sivustolta tai kirjautumisesta. Viestin avaaminen kirjataan lokiin, joten viesti avautuu vasta, kun jatkat itse.
arrival-go-on = Jatka

## Valtuudesta luopuminen
history-mandate-renounced = Valtuutettu luopui valtuudesta toimia puolestasi
mandate-renounce = Luovu valtuudesta
done-renounced = Olet luopunut valtuudesta. Se ei ole enää voimassa.
renounce-title = Haluatko luopua valtuudesta?
renounce-lead = Luovut oikeudestasi asioida tämän omistajan puolesta: { $name }
renounce-at-once = Valtuus päättyy heti, etkä enää näe omistajan viestejä.
renounce-recorded = Luopuminen kirjataan, ja omistaja näkee sen valintojensa historiassa.
renounce-for-good = Et voi palauttaa valtuutta itse. Omistaja voi myöntää uuden.
grant-too-many-to-one = Samalla henkilöllä voi olla sinulta enintään { $count } voimassa olevaa valtuutta. Peru ensin jokin niistä.
