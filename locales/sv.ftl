# Sidornas texter på svenska. Samma nycklar finns i fi.ftl och en.ftl; ett test vakar över det.

## Ram
site-name = Tiedoksi
skip-to-content = Gå till innehållet
language-switch = Språk
logged-in-as = Inloggad:
log-in = Logga in
log-out = Logga ut
main-navigation = Huvudmeny
nav-inbox = Inkomna
nav-sent = Skickade
nav-settings = Inställningar
footer = Tiedoksi är ett elektroniskt ärendekonto för myndigheternas meddelanden och beslut. Vi ber aldrig om dina bankkoder per e-post eller textmeddelande.
back-to-front = Gå till startsidan
back-to-inbox = Tillbaka till inkomna meddelanden
back-to-sent = Tillbaka till skickade meddelanden
back-to-message = Tillbaka till meddelandet
go-to-inbox = Gå till inkomna meddelanden
cancel = Avbryt
error-prefix = Fel:
error-summary = Rätta följande

## Dagar, storlekar och filer
weekday-monday = måndag
weekday-tuesday = tisdag
weekday-wednesday = onsdag
weekday-thursday = torsdag
weekday-friday = fredag
weekday-saturday = lördag
weekday-sunday = söndag
on-day = { $weekday } { $date }
size-bytes = { $count ->
    [one] { $count } byte
   *[other] { $count } byte
}
size-kilobytes = { $size } kB
size-megabytes = { $size } MB
file-pdf = PDF-fil
file-image = bild
file-text = textfil
file-document = textdokument
file-spreadsheet = kalkylblad
file-presentation = presentation
file-other = fil
file-unnamed = Fil utan namn

## Startsidan
front-title = Myndigheternas meddelanden på ett ställe
front-lead = I Tiedoksi får du myndigheternas meddelanden och beslut elektroniskt. Du ser dem genast när de har skickats.
front-login-hint = För att logga in behöver du bankkoder, mobilcertifikat eller certifikatkort.
front-what-heading = Det här kan du göra
front-what-read = Läsa myndigheternas meddelanden och beslut med bilagor.
front-what-confirm = Kvittera beslut som ska delges bevisligen.
front-what-reply = Svara på meddelanden och skicka bilagor, när myndigheten har tillåtit svar.
front-what-proof = Ladda ner samma bevis över leveransen som myndigheten får.
front-free-heading = Tjänsten är avgiftsfri
front-free-text = Det är frivilligt att använda tjänsten. Om du inte använder den skickar myndigheterna fortfarande din post på papper. Du kan återgå till papperspost i inställningarna.
front-statutory-text = { $count ->
    [one] Om du har fyllt 18 år tas meddelandena med stöd av lag i bruk när du loggar in. Därefter skickar myndigheterna sina meddelanden hit i stället för på papper. Du kan i inställningarna återgå till papperspost för en månad åt gången.
   *[other] Om du har fyllt 18 år tas meddelandena med stöd av lag i bruk när du loggar in. Därefter skickar myndigheterna sina meddelanden hit i stället för på papper. Du kan i inställningarna återgå till papperspost för { $count } månader åt gången.
}

## Ibruktagande
activate-title = Ta meddelandena i bruk
activate-already = Dina meddelanden är redan i bruk.
activate-lead = När du tar meddelandena i bruk samtycker du till att myndigheterna kan delge dig handlingar elektroniskt.
activate-statutory-lead = Myndigheternas meddelanden skickas till dig elektroniskt med stöd av lag. Du kan ändå välja att få dem på papper.
activate-means-heading = Vad det innebär
activate-means-electronic = Du får myndigheternas meddelanden, beslut och delgivningar i den här tjänsten i stället för på papper.
activate-means-ordinary = Vid vanlig delgivning anses du ha fått del av meddelandet den tredje dagen efter att det skickades, om inte något annat visas (lagen om elektronisk kommunikation i myndigheternas verksamhet 13/2003, 19 §).
activate-means-verifiable = Vid bevislig delgivning får du del av handlingen när du kvitterar meddelandet som mottaget (13/2003, 18 §). Om du inte kvitterar det inom sju dagar delger myndigheten handlingen på något annat sätt.
activate-means-check = Du ska följa dina meddelanden. Tidsfrister kan börja löpa även om du inte öppnar meddelandet.
activate-means-withdraw = Du kan när som helst återkalla ditt samtycke i inställningarna. Du kan också därefter läsa meddelanden som redan har kommit.
activate-means-statutory-paper = Du kan i inställningarna återgå till papperspost för en viss tid åt gången. Du kan också då läsa meddelanden som redan har kommit.
activate-consent = Jag samtycker till att myndigheterna kan skicka mig meddelanden och delge mig handlingar elektroniskt i den här tjänsten.
activate-statutory-accept = Jag har läst det som står ovan och vill få meddelandena elektroniskt i den här tjänsten.
activate-button = Ta meddelandena i bruk
activate-later = Jag tar inte meddelandena i bruk nu
activate-statutory-later = Jag vill tills vidare ha meddelandena på papper
activate-statutory-stay = Jag behåller papperspost. Valet gäller till { $at }.
activate-unticked = Om du vill ta meddelandena i bruk, kryssa för rutan.
activated-done = Meddelandena har tagits i bruk. Myndigheterna kan nu skicka meddelanden till dig i den här tjänsten.
opened-title = Dina meddelanden togs i bruk med stöd av lag
opened-lead = Ditt ärendekonto öppnades { $at } när du identifierade dig i tjänsten. Myndigheternas meddelanden, beslut och delgivningar kommer nu till den här tjänsten i stället för på papper.
opened-means-heading = Vad detta innebär
opened-means-ordinary = Vid vanlig delgivning anses du ha fått del av meddelandet den tredje dagen efter att det skickades, även om du inte öppnar det, om inte något annat visas (lagen om elektronisk kommunikation i myndigheternas verksamhet 13/2003, 19 §). Detta gäller meddelanden som skickas { $at } eller senare.
opened-continue = Fortsätt till tjänsten

## Listor
inbox-title = Inkomna meddelanden
sent-title = Skickade meddelanden
inbox-empty = Du har inga inkomna meddelanden.
sent-empty = Du har inte skickat några meddelanden.
inactive-banner = Dina meddelanden är inte i bruk. Myndigheterna skickar din post på papper. Meddelanden som har kommit tidigare kan du läsa här.
inactive-activate = Ta meddelandena i bruk
badge-unread = Oläst
badge-needs-confirmation = Mottagandet måste kvitteras
badge-confirmed = Kvitterat som mottaget
badge-window-passed = Inte kvitterat
badge-read-late = Öppnat efter kvitteringstiden
badge-on-paper = Skickat som brev
badge-erased = Innehållet förstört
confirm-no-later-than = Kvittera senast
window-ended = Kvitteringstiden gick ut
attachment-count = { $count ->
    [one] { $count } bilaga
   *[other] { $count } bilagor
}
next-page = Visa äldre meddelanden
first-page = Gå till de nyaste meddelandena

## Sökning
search-title = Sök bland meddelanden
search-label = Sökord
search-button = Sök
search-hint = Sökningen gäller avsändaren, rubriken och meddelandets text. Skriv hela ord eller början av ord, högst åtta. Bland meddelanden vars mottagande du inte har kvitterat söks endast avsändaren och rubriken. Bilagor och raderade meddelanden ingår inte.
search-results = Sökresultat
search-nothing = Inget meddelande hittades. Försök med färre ord eller kortare början av ord.
search-no-words = Skriv minst ett ord eller början av ett ord.
search-cut = Du skrev mer än vad som går att söka på en gång. Endast början användes, högst åtta ord.
search-incomplete = Dina äldre meddelanden läggs fortfarande till i sökningen, så meddelanden kan saknas i resultatet. Sök igen om en stund.
search-next = Visa äldre resultat
search-first = Tillbaka till de nyaste resultaten
found-in-inbox = Bland inkomna
found-in-sent = Bland skickade
found-in-archive = I arkivet
## Mappar, trådar och flyttning
nav-archive = Arkiv
nav-deleted = Raderade
archive-title = Arkiv
archive-empty = Det finns inga meddelanden i arkivet.
deleted-title = Raderade meddelanden
deleted-empty = Det finns inga raderade meddelanden.
deleted-lead = { $count ->
    [one] Ett raderat meddelande kan återställas i en dag.
   *[other] Ett raderat meddelande kan återställas i { $count } dagar.
} Därefter försvinner det för gott ur din postlåda. Om du behöver beviset över leveransen ska du ladda ner det före det: därefter finns meddelandet och beviset bara hos myndigheten.
back-to-archive = Tillbaka till arkivet
back-to-deleted = Tillbaka till raderade meddelanden
badge-sent = Skickat
row-last-day-stated = Tiden för ändringssökande går ut
row-last-day = Den allmänna tiden för ändringssökande går ut
row-last-day-check = (kontrollera i beslutet)
removed-on = Försvinner för gott
title-hidden = Handling som delges bevisligen
title-erased = Meddelande vars innehåll har förstörts
gate-title-hidden = Avsändaren visar meddelandets rubrik först när meddelandet har kvitterats som mottaget.
pick = Välj meddelandet: { $title }
select-all = Välj alla meddelanden på den här sidan
select-none = Ta bort valen
bulk = För valda meddelanden
file-archive = Arkivera
file-unarchive = Återställ från arkivet
file-delete = Radera
file-restore = Återställ
filed-archive = { $count ->
    [one] Meddelandet har flyttats till arkivet.
   *[other] { $count } meddelanden har flyttats till arkivet.
}
filed-unarchive = { $count ->
    [one] Meddelandet har återställts från arkivet.
   *[other] { $count } meddelanden har återställts från arkivet.
}
filed-delete = { $count ->
    [one] Meddelandet har raderats. Du kan återställa det bland raderade meddelanden.
   *[other] { $count } meddelanden har raderats. Du kan återställa dem bland raderade meddelanden.
}
filed-restore = { $count ->
    [one] Meddelandet har återställts dit där det fanns.
   *[other] { $count } meddelanden har återställts dit där de fanns.
}
filed-kept = { $count ->
    [one] Ett meddelande raderades inte, eftersom det inte har kvitterats som mottaget. Ett meddelande kan raderas först när det har öppnats.
   *[other] { $count } meddelanden raderades inte, eftersom de inte har kvitterats som mottagna. Ett meddelande kan raderas först när det har öppnats.
}
filed-nothing = Ingenting flyttades, eftersom meddelandena nu finns i en annan mapp.
filed-none = Välj först de meddelanden som du vill flytta.
filed-undo = Ångra
message-deleted = Det här meddelandet har raderats.
pages = Sidor i listan
previous-page = Visa nyare meddelanden
thread-heading = Meddelandetråd
thread-show = Visa trådens { $count } meddelanden
thread-newest = Visa trådens { $count } nyaste meddelanden
thread-hint = Det nyaste meddelandet står först. Listan öppnar inga meddelanden.
thread-to = Mottagare:
thread-this = Det här meddelandet
thread-deleted = Bland raderade meddelanden
file-beside = Öppna bredvid meddelandet
file-close = Stäng bilagan

## Kvittering
sender = Avsändare
recipient = Mottagare
arrived = Inkommet
sent-at = Skickat
gate-confirm-by = Kan kvitteras senast
gate-window-ended = Kvitteringstiden gick ut
gate-lead = Myndigheten delger dig den här handlingen bevisligen. Meddelandet och bilagorna öppnas när du kvitterar meddelandet som mottaget.
gate-means-heading = Vad kvitteringen innebär
gate-means-served = När du kvitterar meddelandet som mottaget har du fått del av handlingen (lagen om elektronisk kommunikation i myndigheternas verksamhet 13/2003, 18 §).
gate-means-served-owner = När du kvitterar meddelandet som mottaget har { $owner } fått del av handlingen (lagen om elektronisk kommunikation i myndigheternas verksamhet 13/2003, 18 §). Berätta om det för din huvudman.
gate-means-periods = Tidsfrister börjar löpa från delfåendet, till exempel tiden för att söka ändring i ett beslut.
gate-means-sender = Avsändaren får veta att meddelandet har kvitterats, vem som kvitterade det och när.
gate-means-agree = Kvitteringen innebär inte att du godkänner innehållet i handlingen.
gate-otherwise-heading = Om du inte kvitterar meddelandet
gate-otherwise-text = Om du inte kvitterar meddelandet senast { $day } delger myndigheten handlingen på något annat sätt, till exempel per post mot mottagningsbevis.
gate-confirm = Öppna och kvittera meddelandet som mottaget
gate-open-late = Öppna meddelandet
gate-not-now = Öppna inte nu
gate-passed-heading = Att öppna meddelandet är inte längre delgivning
gate-passed-text = Meddelandet kvitterades inte i tid. Du kan fortfarande öppna och läsa det, men det räknas inte längre som delgivning (13/2003, 18 §).
gate-passed-next = Myndigheten delger dig handlingen på något annat sätt, till exempel per post mot mottagningsbevis. Tidpunkten då du öppnar meddelandet sparas och avsändaren får veta den.

## Meddelandet
in-reply-to = Svar på meddelande
show-original = Visa det ursprungliga meddelandet
receipt-heading = Mottagandet har kvitterats
receipt-confirmed = Meddelandet kvitterades som mottaget
receipt-confirmed-by = Kvitterades av
receipt-confirmed-means-owner = { $owner } delgavs handlingen när meddelandet kvitterades. Avsändaren har fått veta om kvitteringen. Berätta om det för din huvudman.
receipt-confirmed-means = Handlingen delgavs dig när meddelandet kvitterades. Avsändaren har fått veta om kvitteringen.
receipt-late-heading = Meddelandet öppnades efter kvitteringstiden
receipt-late = Meddelandet öppnades
receipt-late-by = Öppnades av
receipt-late-means = Kvitteringstiden hade gått ut, så öppnandet räknas inte som delgivning. Myndigheten delger dig handlingen på något annat sätt.
erased-state = Leveransens tillstånd
erased-not-confirmed = Mottagandet har inte kvitterats.
erased-heading = Innehållet har förstörts
erased-at = Meddelandets rubrik, text och bilagor förstördes { $at }.
erased-by-order = Orsaken var en order.
erased-by-retention = Orsaken var att förvaringstiden hade gått ut.
erased-reason = Orderns grund
erased-number = Orderns nummer
erased-means = Ingen kan läsa innehållet längre, inte heller avsändaren i den här tjänsten. Anteckningarna om leveransen och beviset över den finns kvar. Fråga myndigheten, om du behöver innehållet.
erased-unconfirmed = Mottagandet kan inte längre kvitteras, så handlingen har inte delgetts i den här tjänsten. Myndigheten kan delge den på något annat sätt.
receipt-sent-heading = Meddelandet har tagits emot
receipt-sent = Myndigheten har tagit emot ditt meddelande
message-number = Meddelandets nummer
receipt-sent-means = Detta är myndighetens underrättelse om att ditt meddelande har tagits emot (lagen om elektronisk kommunikation i myndigheternas verksamhet 13/2003, 12 §). Underrättelsen påverkar inte förutsättningarna för att behandla ärendet.
on-paper-heading = Kopia av ett brev
on-paper-means = Det här meddelandet skickades till dig som brev per post, eftersom din postlåda inte var i bruk då. Detta är en kopia av brevet. Tidsfristerna räknas från delfåendet av brevet, inte från att du öppnade kopian.
attachments = Bilagor
deadline-heading = Tidsfrister
deadline-calculated = Uträknat, inte ett bevis
deadline-served = Dag för delfående
deadline-last-day-stated = Sista dag för ändringssökande
deadline-last-day = Sista dagen, om tiden för ändringssökande är { $days } dagar
deadline-caution-stated = Avsändaren har uppgett tiden för ändringssökande. Anvisningarna i beslutet avgör alltid.
deadline-caution = I beslutet kan tiden vara kortare: till exempel ska omprövning ofta begäras inom 14 dagar. Alla meddelanden kan inte överklagas. Anvisningarna i beslutet avgör alltid.
deadline-how = Så har dagarna räknats ut
deadline-trace = Uträkningens steg så som programmet antecknar dem (på engelska):
deadline-rules = Räkneregler
step-available = Du kunde läsa meddelandet { $at }.
step-available-other = Mottagaren kunde läsa meddelandet { $at }.
step-pending = Meddelandet väntar på kvittering. Det kan kvitteras senast { $day }.
step-deemed = Vid vanlig delgivning anses du ha fått del av meddelandet på dag { $count } efter avsändningen, om inte något annat visas. Att öppna meddelandet tidigare flyttar inte dagen.
step-deemed-other = Vid vanlig delgivning anses mottagaren ha fått del av meddelandet på dag { $count } efter avsändningen, om inte något annat visas. Att öppna meddelandet tidigare flyttar inte dagen.
step-actual = Meddelandet kvitterades i tid. Dagen för delfående är dagen för kvitteringen, { $day }.
step-instant = Meddelandet delgavs i det ögonblick då du kunde läsa det.
step-instant-other = Meddelandet delgavs i det ögonblick då mottagaren kunde läsa det.
step-fallback = Meddelandet kvitterades inte senast { $day }. Myndigheten ska delge handlingen på något annat sätt.
step-appeal = { $count ->
    [one] Tiden för ändringssökande är { $count } dag.
   *[other] Tiden för ändringssökande är { $count } dagar.
} Dagen för delfående räknas inte med.
step-rolled = Om den sista dagen är en lördag, en söndag, en kyrklig helgdag, självständighetsdagen, första maj, midsommarafton eller julafton går tidsfristen ut följande vardag (lagen om beräknande av laga tid 150/1930, 5 §). Dagar som hoppas över: { $days }.
step-no-appeal = Avsändaren har uppgett att det här inte kan överklagas.
step-late = Meddelandet öppnades efter att kvitteringstiden hade gått ut. Öppnandet räknas inte som delgivning och ingen tidsfrist börjar löpa från det.
reply = Svara på meddelandet
download-receipt = Ladda ner leveransintyg (PDF)
download-proof = Ladda ner bevis över leveransen
download-bundle = Ladda ner undertecknat bevispaket (ASiC-E)
proof-hint = Med beviset kan vem som helst kontrollera när meddelandet har levererats och kvitterats. Myndigheten har samma bevis.

## Att skriva
nav-drafts = Utkast
nav-write = Skriv ett meddelande
back-to-drafts = Tillbaka till utkasten
reply-title-of = Sv: { $title }
draft-reply-title = Svara på meddelandet
draft-new-title = Nytt meddelande
draft-subject = Rubrik
draft-body = Meddelande
draft-files = Lägg till bilagor
draft-files-hint = Högst 10 bilagor, var och en högst 10 MB. Tillåtna filtyper: pdf, jpg, png, doc, docx, xls, xlsx, ppt, pptx, odt, ods och txt.
draft-add = Spara de valda filerna
draft-remove = Ta bort
draft-cancel-upload = Avbryt
draft-send = Skicka meddelandet
draft-save = Spara utkastet
draft-saved = Utkastet har sparats.
draft-saved-at = Utkastet sparades { $at }.
draft-unsaved = De senaste ändringarna har inte sparats. Ett nytt försök görs.
draft-delete = Radera utkastet
draft-delete-text = Texten och bilagorna raderas för gott. De kan inte återställas.
draft-delete-button = Radera utkastet för gott
draft-deleted = Utkastet har raderats.
untitled = Ingen rubrik
draft-is-reply = Svar
draft-not-in-use = Dina meddelanden är inte i bruk, så du kan inte skicka meddelanden. Ta meddelandena i bruk; utkastet finns kvar.
draft-reply-not-taken = Avsändaren tar inte längre emot svar på detta meddelande. Utkastet finns kvar men kan inte skickas.
draft-service-closed = Tjänsten tar inte längre emot meddelanden. Utkastet finns kvar men kan inte skickas.
drafts-title = Utkast
drafts-kept = Ett utkast sparas i { $count } dagar efter den senaste ändringen. Därefter raderas det med sina bilagor.
drafts-empty = Du har inga utkast.
drafts-full = Du har redan 100 utkast. Skicka eller radera något av dem innan du påbörjar ett nytt.
write-title = Skriv till en myndighet
write-lead = Välj den tjänst som du vill skriva till. Här finns de tjänster som tar emot meddelanden.
write-search = Sök en tjänst med namn
write-search-hint = Skriv början av tjänstens eller myndighetens namn.
write-search-button = Sök
write-found = Tjänster som hittades
write-none = Ingen tjänst hittades. Pröva ett annat sökord eller välj ett ämne eller en myndighet.
write-more = Fler tjänster hittades än de som visas här. Precisera sökningen.
write-nobody = Ingen tjänst tar ännu emot meddelanden.
write-to = Skriv ett meddelande
write-topics = Ämnen
write-authorities = Myndigheter
upload-uploading = Filen { $name } sparas
upload-uploaded = Filen { $name } har sparats.
upload-retrying = Förbindelsen bröts. Ett nytt försök görs att spara filen { $name }.
upload-failed = Filen { $name } kunde inte sparas. Lägg till den på nytt.
upload-ended = Din session har avslutats. Logga in på nytt i en annan flik; texten som du har skrivit finns kvar här.
upload-cancelled = Sparandet av filen { $name } avbröts.
upload-removed = Filen { $name } har tagits bort.
upload-waiting = Meddelandet skickas när bilagorna har sparats.
message-sent-done = Ditt meddelande har skickats.
receipt-thread = Meddelandetrådens nummer
receipt-reference = Myndighetens referens
receipt-body-hash = Meddelandets kontrollsumma (SHA-256)
receipt-file-hash = Kontrollsumma för bilagan { $name } (SHA-256)
receipt-seal = Elektronisk stämpel
receipt-seal-means = Stämpeln bevisar att meddelandet har tagits emot med detta innehåll vid den tidpunkt som nämns ovan. Den kan kontrolleras utan denna tjänst.
problem-not-saved = Ändringarna kunde inte sparas just nu. Texten finns kvar här. Försök igen om en stund.
problem-not-sent = Meddelandet kunde inte skickas just nu. Texten finns kvar här. Försök igen om en stund.
problem-title-missing = Skriv en rubrik för meddelandet.
problem-title-long = Rubriken är för lång. Förkorta den till högst { $count } tecken.
problem-body-missing = Skriv ett meddelande.
problem-body-long = Meddelandet är för långt. Förkorta det till högst { $count } tecken eller flytta en del av texten till en bilaga.
problem-characters = Texten innehåller ett tecken som inte kan användas. Ta bort det.
problem-files-many = Det finns för många bilagor. Skicka högst { $count } bilagor.
problem-file-large = Filen ”{ $name }” är för stor. En fil får vara högst { $size }.
problem-file-type = Filen ”{ $name }” kan inte bifogas. Den är tom, dess typ är inte tillåten eller innehållet motsvarar inte filändelsen.
problem-file-extensions = Filen ”{ $name }” kan inte bifogas. Dess namn har två filändelser. Behåll bara den sista och lägg till filen på nytt.
problem-file-two = Filen ”{ $name }” kan inte bifogas. Den innehåller en annan sorts fil. Spara dokumentet på nytt och lägg till den nya filen.
problem-file-malware = Filen ”{ $name }” avvisades: skadlig kod hittades i den. Kontrollera din enhet och skicka inte filen till någon.
problem-file-unscanned = Filen ”{ $name }” kunde inte kontrolleras för skadlig kod just nu och sparades därför inte. Lägg till den på nytt om en stund.

## E-postadress och historik över val
back-to-settings = Tillbaka till inställningarna
contact-title = E-postadress
contact-lead = Tills vidare skickas bara bekräftelsekoder till adressen. Nya meddelanden aviseras ännu inte per e-post: kontrollera själv om du har fått meddelanden.
contact-no-links = Vi skickar aldrig en länk till den här tjänsten per e-post.
contact-in-use = Adress som används
contact-since = Bekräftad
contact-waits = Väntar på bekräftelse
contact-type-code = Skriv bekräftelsekoden
contact-address = E-postadress
contact-new-address = Ny e-postadress
contact-address-hint = Vi skickar en sexsiffrig bekräftelsekod till adressen. Vi skriver till dig på svenska.
contact-change-hint = Vi skickar en sexsiffrig bekräftelsekod till den nya adressen. Den nuvarande adressen används tills du har bekräftat den nya. Vi skriver till dig på svenska.
contact-send-code = Skicka bekräftelsekoden
contact-bad-address = Skriv e-postadressen i formatet namn@exempel.fi.
contact-too-many = Vi har skickat tre bekräftelsekoder inom en timme. Du kan begära en ny kod när det har gått en timme sedan den första.
contact-done-verified = Din e-postadress har bekräftats.
contact-done-in-use = Du använder redan adressen. Vi skriver till dig på svenska från och med nu.
contact-code-title = Bekräfta din e-postadress
contact-code-lead = Vi har skickat en bekräftelsekod till adressen
contact-code-holds = { $count ->
    [one] Koden gäller i { $count } minut.
   *[other] Koden gäller i { $count } minuter.
}
contact-code-until = Du kan använda den fram till:
contact-code = Bekräftelsekod
contact-code-hint = Sex siffror
contact-verify = Bekräfta adressen
contact-code-wrong = { $count ->
    [one] Koden är fel. Du kan försöka en gång till.
   *[other] Koden är fel. Du kan försöka { $count } gånger till.
}
contact-code-none = Skriv de sex siffrorna i koden. Det här räknades inte som ett försök.
contact-code-over = Koden gäller inte längre. Begär en ny kod.
contact-none-came = Fick du ingen kod?
contact-none-came-text = Det kan ta några minuter innan meddelandet kommer fram. Titta också i skräpposten och kontrollera adressen. En ny kod ersätter den föregående.
contact-send-again = Skicka en ny kod
contact-resent = En ny kod har skickats. Den föregående gäller inte längre.
contact-other-address = Byt adress
contact-give = Ange din e-postadress
contact-see = Visa eller byt adress
needs-address-banner = Du har inte bekräftat någon e-postadress. Nya meddelanden aviseras ännu inte per e-post: kontrollera själv om du har fått meddelanden.
opened-address = Ange din e-postadress. Nya meddelanden aviseras ännu inte per e-post: kontrollera själv om du har fått meddelanden.
activate-step-address = Steg 1/3: e-postadress
activate-step-code = Steg 2/3: bekräftelsekod
activate-step-consent = Steg 3/3: samtycke
sender-business-id = FO-nummer
sender-services = Tjänster
sender-inactive = Dina meddelanden är inte i bruk, så ingen myndighet kan skicka meddelanden till dig. Du kan ändå göra ditt val redan nu.
sender-consent-heading = Vad samtycket innebär
sender-consent-own = Den här myndigheten skickar meddelanden elektroniskt till dig bara om du ger ett särskilt samtycke till det.
sender-consent-means = När du samtycker kan myndigheten skicka meddelanden till dig och delge dig handlingar i den här tjänsten i stället för på papper.
sender-consent-back = Du kan när som helst återkalla samtycket på den här sidan. Meddelanden som redan har kommit kan du fortfarande läsa.
sender-refuse-hint = Om du avböjer den här myndighetens meddelanden skickar den posten till dig på papper.
sender-not-refusable = Den här myndighetens meddelanden kan inte avböjas särskilt. Du kan återgå till papperspost i inställningarna.
history-show = Visa historiken över dina val
history-title = Historik över dina val
history-lead = Här finns alla val som du har gjort om användningen av meddelanden, det nyaste först.
history-empty = Du har inte gjort några val ännu.
history-proof = Ladda ner bevis över dina val
history-proof-hint = Med beviset kan vem som helst kontrollera vad du har valt och när.
history-activated = Meddelandena togs i bruk
history-deactivated = Användningen av meddelanden upphörde
history-paper = Du valde meddelanden på papper
history-until = Valet gäller fram till:
history-consented = Du samtyckte till elektronisk delgivning
history-consented-to = Du gav ditt samtycke: { $name }
history-withdrew = Du återkallade ditt samtycke till elektronisk delgivning
history-withdrew-from = Du återkallade ditt samtycke: { $name }
history-refused = Du avböjde meddelanden: { $name }
history-allowed = Du tillät meddelanden: { $name }
history-address = E-postadressen bekräftades
history-mandate = En fullmakt att handla för din räkning gavs
history-mandate-over = En fullmakt att handla för din räkning upphörde
history-by = Utfört av { $name }
history-by-agent = Utfört av en person som handlade för din räkning
history-older = Visa äldre val
history-newest = Tillbaka till de nyaste valen
reply-needs-use = Dina meddelanden är inte i bruk, så du kan inte svara på det här meddelandet.
error-unused-title = Dina meddelanden är inte i bruk
error-unused-text = När meddelandena inte är i bruk kan du inte skicka meddelanden. Meddelanden som har kommit tidigare kan du läsa. Ta meddelandena i bruk och försök på nytt.

## Inställningar
settings-title = Inställningar
settings-mailbox = Användning av meddelanden
settings-state = Status
settings-active = Meddelandena är i bruk
settings-inactive = Meddelandena är inte i bruk
settings-since = I bruk sedan
settings-basis = Grund
basis-consent = Ditt samtycke
basis-statutory = Kontot öppnades med stöd av lag när du identifierade dig
settings-paper-until = På papper till
settings-history = Varje val du gör sparas så att tidpunkten kan bevisas senare.
settings-senders = Avsändare
settings-senders-text = Här ser du de myndigheter som använder tjänsten och kan bestämma vilka av dem som får skicka meddelanden till dig elektroniskt.
settings-no-senders = Det finns ännu inga avsändare i tjänsten.
sender-can-send = Kan skicka meddelanden till dig.
sender-cannot-send = Kan inte skicka meddelanden till dig.
choice-given = Du gav ditt samtycke
choice-withdrawn = Du återkallade ditt samtycke
choice-refused = Du avböjde meddelanden
offer-give = Ge samtycke
offer-withdraw = Återkalla samtycket
offer-refuse = Avböj meddelanden
offer-allow = Tillåt meddelanden
withdraw-heading = Återgå till papperspost
withdraw-text = Om du återkallar ditt samtycke skickar myndigheterna i fortsättningen din post på papper. Du kan när som helst ta meddelandena i bruk på nytt.
withdraw-sure = Därefter kommer inga nya meddelanden hit. Ett meddelande som väntar på kvittering kan du fortfarande öppna.
withdraw-yes = Ja, avsluta elektroniska meddelanden
withdraw-button = Återkalla samtycket
withdraw-keeps = Du kan fortfarande läsa meddelanden som redan har kommit. Deras tidsfrister ändras inte.
paper-heading = Återgå till papperspost
paper-text = { $count ->
    [one] Du kan välja att få meddelandena på papper. Valet gäller en månad åt gången.
   *[other] Du kan välja att få meddelandena på papper. Valet gäller { $count } månader åt gången.
} Om du därefter identifierar dig i en myndighets tjänst tas meddelandena i bruk på nytt, och du får veta det.
paper-if-today = Om du väljer detta nu gäller det till och med:
paper-button = Jag vill ha meddelandena på papper
done-choice = Ditt val har sparats.
done-withdrawn = Du har återgått till papperspost. Myndigheterna skickar inte längre meddelanden till dig i den här tjänsten.

## Att uträtta ärenden för någon annan, och inloggningar
acting-for = Du uträttar ärenden för:
acting-change = Byt
acting-role = Byt roll
acting-switch = Uträtta ärenden för någon annan
acting-title = För vem uträttar du ärenden?
acting-lead = Välj vems meddelanden du vill läsa och sköta. Du kan byta när som helst högst upp på sidan.
acting-own = Dina egna meddelanden.
acting-own-button = Uträtta egna ärenden
acting-button = Uträtta ärenden för denna
acting-current = Vald nu
acting-none = Du har ingen rätt att uträtta ärenden för någon annan.
acting-incomplete = Fullmaktsregistret svarar inte just nu, så alla dina fullmakter kan inte visas. Dina egna meddelanden fungerar som vanligt. Försök igen om en stund.
acting-ended = Din rätt att uträtta ärenden för någon annan har upphört. Du är nu bland dina egna meddelanden. Ingenting gjordes.
role-signatory = Namnteckningsrätt
role-guardian = Vårdnadshavare
role-mandate = Fullmakt
scope-everything = Alla meddelanden.
scope-some = Endast dessa myndigheter och ämnen: { $names }.
mandate-until = I kraft till och med { $day }.
mandate-open = I kraft tills vidare.
mandate-begins-on = Börjar { $day }.
mandate-ended-on = Upphörde { $day }.
mandate-revoked-at = Återkallad { $at }.
mandate-revoke = Återkalla fullmakten
mandate-registered = Uppgiften har registrerats av den som driver tjänsten och avlägsnas också av den.
mandates-title = Fullmakter
mandates-lead = Du kan ge någon annan fullmakt att läsa och sköta dina meddelanden. Personen kan inte ändra samtycken, kontaktuppgifter eller fullmakter, och inte se meddelanden som avsändaren har avsett endast för mottagaren själv.
mandates-granted = Gällande fullmakter för dessa meddelanden
mandates-none = Ingen har fullmakt för dessa meddelanden.
mandates-ended = Fullmakter som har upphört
mandates-held = För vem du kan uträtta ärenden
done-granted = Fullmakten har getts.
done-revoked = Fullmakten har återkallats. Den gäller inte längre.
back-to-mandates = Tillbaka till fullmakterna
grant-title = Ge en fullmakt
grant-lead = Den befullmäktigade loggar in med sina egna koder och väljer att uträtta ärenden för dig. Allt som personen gör antecknas i personens eget namn.
grant-agent = Den befullmäktigades personbeteckning
grant-agent-hint = Alla 11 tecken med stora bokstäver.
grant-name = Den befullmäktigades namn
grant-name-hint = Namnet visas i listan över fullmakter.
grant-scope = Vad gäller fullmakten?
grant-everything = Alla meddelanden
grant-some = Endast följande myndigheter och ämnen
grant-organisations = Myndigheter
grant-topics = Ämnen
grant-begins = Första giltighetsdagen
grant-begins-hint = Om du lämnar detta tomt börjar fullmakten gälla i dag.
grant-until = Sista giltighetsdagen
grant-until-hint = Om du lämnar detta tomt gäller fullmakten tills du återkallar den.
grant-button = Ge fullmakten
grant-agent-missing = Skriv den befullmäktigades personbeteckning.
grant-agent-wrong = Personbeteckningen är inte rätt. Kontrollera tecknen och de stora bokstäverna.
grant-agent-oneself = Du kan inte ge fullmakt åt dig själv.
grant-name-missing = Skriv den befullmäktigades namn.
grant-name-long = Namnet är för långt. Förkorta det till högst 100 tecken.
grant-scope-missing = Välj vad fullmakten gäller.
grant-scope-empty = Välj minst en myndighet eller ett ämne.
grant-scope-gone = Den valda myndigheten eller det valda ämnet finns inte. Välj på nytt.
grant-day-wrong = Datumet är inte rätt. Skriv det i formatet dd.mm.åååå.
grant-begins-past = En fullmakt kan inte börja gälla en dag som redan har passerat.
grant-until-past = Den sista dagen har gått eller är före den första dagen.
grant-too-many = Det kan finnas högst { $count } gällande fullmakter. Återkalla först någon av dem.
owner-decides-title = Detta bestämmer postlådans ägare
owner-decides-text = Som befullmäktigad kan du läsa och sköta meddelanden. Samtycken, inställningar och fullmakter bestämmer ägaren själv om, eller ägarens lagliga företrädare.
mandates-down-title = Fullmaktsregistret kan inte nås just nu
mandates-down-text = Din rätt att uträtta ärenden för någon annan kan inte kontrolleras just nu, så ingenting visades eller gjordes. Du kan gå till dina egna meddelanden eller försöka igen om en stund.
choose-mailbox = Välj för vem du uträttar ärenden
settings-access = Fullmakter och inloggningar
sessions-title = Dina inloggningar
sessions-lead = Här ser du i vilka webbläsare du är inloggad. Logga ut dem som du inte känner igen.
sessions-unknown = Okänd webbläsare
sessions-began = Inloggad
sessions-seen = Senast använd
sessions-current = Denna inloggning
sessions-end = Logga ut
sessions-end-others = Logga ut alla andra
sessions-only = Du är inte inloggad någon annanstans.
sessions-done = Du har loggats ut.

## Felsidor
error-invalid-title = Begäran kunde inte behandlas
error-invalid-text = Det fanns ett fel i begäran. Gå tillbaka till föregående sida och försök på nytt. Ingenting ändrades.
error-login-title = Logga in
error-login-text = Sidan visas bara för den som har loggat in. Din session kan ha avslutats eftersom tjänsten inte har använts på en stund. Logga in och försök på nytt.
error-forbidden-title = Åtgärden är inte möjlig
error-forbidden-text = Du kan inte göra detta nu. Formuläret kan ha föråldrats, eller så är åtgärden inte tillåten för det här meddelandet eller den här avsändaren. Öppna sidan på nytt och försök igen.
error-missing-title = Sidan hittades inte
error-missing-text = Sidan eller meddelandet finns inte, eller så kan du inte se det. Kontrollera adressen eller sök meddelandet bland inkomna meddelanden.
error-large-title = Försändelsen är för stor
error-large-text = Du skickade mer än tjänsten tar emot på en gång. Gör filerna mindre eller skicka dem i flera meddelanden.
error-slow-title = Förbindelsen var för långsam
error-slow-text = Uppgifterna kom inte fram i tid, så sändningen avbröts. Gå tillbaka till föregående sida och försök igen.
error-busy-title = Tjänsten är tillfälligt överbelastad
error-busy-text = Begäran hann inte behandlas. Vänta en stund och försök på nytt. Ingenting ändrades.
error-halted-title = Tjänsten är ur bruk
error-halted-text = Tjänsten har en störning som håller på att åtgärdas. Meddelanden som du redan har öppnat kan du läsa, men nya kan nu inte öppnas, kvitteras eller skickas. Ingenting ändrades. Om du har en tidsfrist, kontakta myndigheten direkt.
error-unknown-title = Resultatet är inte känt
error-unknown-text = Förbindelsen bröts medan uppgifterna sparades, så vi vet inte om åtgärden lyckades. Kontrollera läget bland dina meddelanden innan du försöker på nytt.
error-internal-title = Det finns en störning i tjänsten
error-internal-text = Ett fel inträffade i tjänsten och vi utreder orsaken. Försök på nytt om en stund.
unsaved-lead = Din inloggning har gått ut, så texten sparades inte. Den finns här: kopiera den, logga in och klistra in den i utkastet. Lägg också till de bilagor som saknas.
error-session-title = Din session har avslutats
error-session-text = Formuläret sparades inte eftersom din session har avslutats. Logga in och gör samma sak på nytt.
error-form-title = Formuläret kunde inte tas emot
error-form-text = Formuläret hör inte till den här sessionen. Ingenting ändrades. Öppna sidan på nytt och skicka formuläret därifrån.
login-outdated-title = Inloggningen har föråldrats
login-outdated-text = Inloggningen tog för lång tid, eller så har den redan använts. Börja inloggningen från början.
login-elsewhere-title = Inloggningen kunde inte fortsätta
login-elsewhere-text = Inloggningen påbörjades i en annan webbläsare, eller så sparar webbläsaren inte kakor. Börja inloggningen från början.
login-cancelled-title = Identifieringen avbröts
login-cancelled-text = Du loggades inte in. Du kan börja om när som helst.
login-weak-title = Stark autentisering behövs
login-weak-text = Det identifieringssätt du valde räcker inte för den här tjänsten. Börja om och välj ett annat sätt.
login-failed-title = Identifieringen lyckades inte
login-failed-text = Identifieringstjänsten svarar inte som den ska just nu. Försök på nytt om en stund.

## Öppenhet: vem som har öppnat, bevis, alla bilagor, hela postlådan
openness-heading = Dina uppgifter
openness-access = Vem som har öppnat dina meddelanden
openness-proofs = Bevis över leveranser
openness-export = Ta med alla dina meddelanden
zip-button = Ladda ner alla bilagor (zip)
zip-name = Bilagor { $id }.zip
access-title = Vem som har öppnat dina meddelanden
access-lead = Här ser du vem som har öppnat dina meddelanden, kvitterat mottagandet, raderat meddelanden eller tagit med meddelandena, och när. Anteckningarna finns i en logg där ändringar i efterhand kan upptäckas. Samma persons upprepade öppningar inom en timme är en anteckning.
access-empty = Ingen har öppnat dina meddelanden ännu.
access-opened = Meddelandet öppnat
access-opened-again = Meddelandet öppnat på nytt
access-confirmed = Mottagandet kvitterat
access-late = Meddelandet öppnat efter kvitteringstiden
access-mandate = Började uträtta ärenden för postlådans ägare
access-exported = Alla meddelanden nedladdade
access-proof = Bevis över leverans utlämnat
access-staff = Personalen har läst uppgifter
access-deleted = Meddelandet raderat
access-erased = Raderat meddelande borttaget för gott
access-content-erased = Meddelandets innehåll förstört
access-by-itself = Automatiskt, när tiden bland de raderade meddelandena hade gått ut
access-by-retention = Automatiskt, när innehållets förvaringstid hade gått ut
access-operator = Den som driver tjänsten, på order
access-other = Annan händelse
access-owner = { $name } (postlådans ägare)
access-authority = { $name }, myndighetens system
access-code = Person vars personbeteckning slutar på { $code }
access-foreign = Person utan finländsk personbeteckning
access-nobody = Anteckningen har inget namn
access-role-signatory = som företrädare för företaget
access-role-guardian = som vårdnadshavare
access-role-mandate = med fullmakt
access-removed = Ett borttaget meddelande
access-older = Visa äldre händelser
access-newest = Gå till de nyaste händelserna
proofs-title = Bevis över leveranser
proofs-lead = För varje meddelande finns ett bevis över leveransen. Det är samma bevis som myndigheten har. Vem som helst kan kontrollera det, också utan den här tjänsten.
proofs-choices = Också för dina egna val finns ett bevis.
proofs-empty = Det finns inga leveranser ännu.
proofs-older = Visa äldre leveranser
proofs-newest = Gå till de nyaste leveranserna
state-unread = Inte öppnat.
state-read = Öppnat { $at }.
state-waits = Väntar på kvittering av mottagandet senast { $day }.
state-confirmed = Mottagandet kvitterat { $at }: delgivet.
state-expired = Kvitteringstiden gick ut { $day }: inte delgivet elektroniskt.
state-late = Öppnat efter kvitteringstiden { $at }: inte delgivet elektroniskt.
state-sent = Har kommit in till myndigheten { $at }.
state-on-paper = Skickat som brev; här finns en kopia.
state-erased = Innehållet förstördes { $at }.
state-deemed = Anses delgivet { $day }, om inte något annat visas.
state-answered = Du har svarat på meddelandet.
export-title = Alla dina meddelanden
export-lead = Du kan ladda ner alla meddelanden i postlådan som en fil (zip) och spara dem eller flytta dem till en annan tjänst.
export-holds-messages = Varje meddelande är med sina bilagor en .eml-fil, som e-postprogram kan öppna.
export-holds-proofs = Bredvid varje meddelande finns beviset över leveransen.
export-holds-index = Filerna index.html och index.csv innehåller en förteckning över alla meddelanden.
export-before-heading = Innan du laddar ner
export-opens = Olästa meddelanden i filen räknas som öppnade, precis som om du öppnade dem ett och ett. Myndigheten ser det.
export-waits = Meddelanden vars mottagande du inte har kvitterat finns i filen utan innehåll. Nedladdningen kvitterar dem inte.
export-safe = Filen är inte skyddad med lösenord. Förvara den där bara du kan läsa den.
export-large = Filen kan vara stor. Om nedladdningen avbryts är filen inte hel; ladda då ner den på nytt.
export-busy = Nedladdningen kunde inte börja, eftersom dessa meddelanden redan laddas ner, du har en annan nedladdning på gång eller många nedladdningar pågår. Försök igen om några minuter.
export-button = Ladda ner alla meddelanden
export-file-name = Meddelanden { $day }.zip
export-withheld = Innehållet i det här meddelandet är inte med, eftersom mottagandet inte har kvitterats. Öppna meddelandet i tjänsten.
export-erased = Innehållet i det här meddelandet har förstörts. Beviset över leveransen är med.
readme-whose = Meddelanden: { $name }, nedladdade { $at }.
readme-index = Öppna filen index.html i en webbläsare eller index.csv i ett kalkylprogram, så ser du alla meddelanden.
readme-messages = I mappen messages har varje meddelande en egen mapp. Filen message.eml kan öppnas i ett e-postprogram. Den innehåller meddelandet och dess bilagor. Adresserna i den slutar på .invalid: till dem kan inget skickas.
readme-proofs = Filen proof.json är beviset över leveransen, samma som myndigheten har. Det kontrolleras med programmet tiedoksi: tiedoksi verify proof.json. Om beviset säger att en händelse ännu inte finns i loggen, ladda ner det på nytt från tjänsten.
readme-withheld = Meddelanden vars mottagande inte hade kvitterats finns med utan innehåll.
readme-safe = Filerna är inte skyddade. Förvara dem där bara du kan läsa dem.
index-date = Tid
index-place = Mapp
index-authority = Myndighet
index-service = Tjänst
index-title = Rubrik
index-state = Status
index-message = Meddelande
index-proof = Bevis
## Ny identifiering före kvitteringen
login-again-heading = Identifiera dig först på nytt
login-again-text = För att kvittera mottagandet måste du nu identifiera dig på nytt. Efter identifieringen kommer du tillbaka till den här sidan.
login-again = Identifiera dig på nytt

## Till ett meddelande från en annan webbplats

arrival-title = Fortsätt till meddelandet
arrival-text = Du kom hit från en annan webbplats eller från inloggningen. Att ett meddelande öppnas antecknas i loggen, så det öppnas först när du själv fortsätter.
arrival-go-on = Fortsätt

## Att avstå från en fullmakt
history-mandate-renounced = Den befullmäktigade avstod från en fullmakt att handla för din räkning
mandate-renounce = Avstå från fullmakten
done-renounced = Du har avstått från fullmakten. Den gäller inte längre.
renounce-title = Vill du avstå från fullmakten?
renounce-lead = Du avstår från din rätt att uträtta ärenden för denna ägare: { $name }
renounce-at-once = Fullmakten upphör genast, och du ser inte längre ägarens meddelanden.
renounce-recorded = Att du avstår antecknas, och ägaren ser det i historiken över sina val.
renounce-for-good = Du kan inte själv få fullmakten tillbaka. Ägaren kan ge en ny.
grant-too-many-to-one = Samma person kan ha högst { $count } gällande fullmakter av dig. Återkalla först någon av dem.

## Granskning
nav-audit = Granskning
audit-title = Granskning av leveranser
audit-lead = Här ser du vad som har hänt med leveranser, och bevisen över dem. Meddelandenas innehåll ser du inte.
audit-find = Sök leveranser
audit-clear = Töm sökvillkoren
audit-external = Avsändarens egen identifierare
audit-organisation = Myndighet
audit-service = Tjänst
audit-any = Vilken som helst
audit-all = Alla
audit-first = Första dagen
audit-last = Sista dagen
audit-outcome = Vad som har hänt med leveransen
audit-kind = Slag
audit-found = Leveranser, de nyaste först
audit-followed = Listan och siffrorna omfattar det som har införts i loggen fram till { $at }.
audit-followed-nothing = I loggen finns ännu inget att visa.
audit-nothing = Ingen leverans hittades med dessa villkor.
audit-older = Visa äldre leveranser
audit-newest = Gå till de nyaste leveranserna
audit-bad-message = Skriv meddelandets nummer med siffror.
audit-bad-day = Skriv dagen i formen år-månad-dag, till exempel 2026-11-30.
audit-bad-period = Den sista dagen är före den första. Byt plats på dem.
audit-bad-span = Välj högst tio år, början före slutet.
audit-kind-ordinary = Vanlig delgivning
audit-kind-verifiable = Bevislig delgivning
audit-kind-from-citizen = Meddelande till myndigheten
outcome-accepted = Ännu inte öppnat
outcome-opened = Öppnat
outcome-confirmed = Mottagandet kvitterat i tid
outcome-expired = Kvitteringstiden gick ut, inte kvitterat
outcome-late = Öppnat efter kvitteringstiden
outcome-letter = Som brev
back-to-audit = Tillbaka till granskningen av leveranser
back-to-delivery = Tillbaka till leveransen
audit-confirm-before = Ska kvitteras före
audit-line = Tidslinje
audit-line-text = Tidslinje: { $count } händelser, den första { $first }, den sista { $last }. Samma händelser räknas upp nedan.
audit-in-log = Loggens anteckning { $index }
audit-not-in-log = Ännu inte i loggen
audit-step-accepted = Mottaget från avsändaren
audit-step-available = Tillgängligt för mottagaren
audit-step-waits = Väntar på mottagarens kvittering
audit-step-notified = Avisering levererad
audit-step-not-notified = Aviseringen kunde inte levereras
audit-step-opened = Innehållet öppnat för första gången
audit-step-opened-again = Innehållet öppnat på nytt
audit-step-confirmed = Mottagandet kvitterat: delgivet
audit-step-expired = Kvitteringstiden gick ut utan kvittering
audit-step-late = Hämtat efter kvitteringstiden
audit-step-posted = Överlämnat för utskrift och postning
audit-step-signed-for = Posten lämnade ut brevet mot kvittens
audit-step-returned = Posten returnerade brevet
audit-step-unresolved = Posten vet inte vad som hände med brevet
audit-step-erased = Nycklarna förstörda
audit-step-looked = En granskare läste innehållet
audit-step-asked = En granskare bad att få se innehållet
audit-step-granted = Begäran att se innehållet godkänd
audit-step-refused = Begäran att se innehållet avslagen
audit-step-other = Annan händelse
audit-proofs = Bevis
audit-proofs-lead = Att ett bevis laddas ner antecknas, och postlådans ägare ser det.
audit-content = Meddelandets innehåll
audit-content-lead = Innehållet ser du bara på motiverad begäran som en annan person godkänner, och då i 24 timmar. Begäran, beslutet och läsningen antecknas, och postlådans ägare ser dem.
audit-content-granted = Du får läsa innehållet fram till { $at }.
audit-content-look = Läs innehållet
audit-reason = Motivering
audit-reason-hint = Varför innehållet måste ses. Den andra personen beslutar utifrån detta. Högst 1 000 tecken.
audit-reason-missing = Skriv varför innehållet måste ses.
audit-reason-long = Förkorta motiveringen till högst 1 000 tecken.
audit-ask = Be att få se innehållet
audit-asked-before = Begäranden
audit-asked-by = { $name } bad om detta
audit-request-waits = Väntar på en annan persons beslut till { $at }.
audit-request-granted = { $name } godkände; gäller till { $at }.
audit-request-refused = { $name } avslog.
audit-request-lapsed = Förföll: ingen beslutade i tid.
audit-grant = Godkänn för 24 timmar
audit-refuse = Avslå
audit-requests-title = Begäranden att se innehåll
audit-requests-lead = En annan person vid samma myndighet beslutar om begäran inom sju dagar. Den egna begäran kan man inte godkänna.
audit-requests-none = Ingen begäran väntar på beslut.
audit-too-late = Begäran har redan avgjorts, eller den har förfallit.
audit-looking = Du läser meddelandets innehåll med en annan persons tillstånd. Tillståndet gäller till { $at }. Läsningen har antecknats, och postlådans ägare ser det.
audit-exports-title = Bevis för en period
audit-exports-lead = En myndighets bevis mellan två dagar som en undertecknad fil, som visar att ingenting saknas. Filen görs i bakgrunden och sparas i sju dagar. Exporten och dess skäl står kvar i loggen för alltid.
audit-export-new = Ny export
audit-export-organisation-none = Välj en myndighet.
audit-export-organisation-bad = Det finns ingen sådan myndighet bland dina. Välj ur listan.
audit-export-service-bad = Myndigheten har ingen sådan tjänst. Välj en av dess egna, eller alla.
audit-export-first-none = Välj den första dagen.
audit-export-last-none = Välj den sista dagen.
audit-export-day-future = Dagen är i framtiden. Välj i dag eller en tidigare dag.
audit-export-reason-hint = Varför bevisen exporteras, på en rad med högst 500 tecken. Skälet står kvar i loggen för alltid: nämn ingen.
audit-export-reason-none = Skriv varför bevisen exporteras.
audit-export-reason-long = Korta skälet till en rad med högst 500 tecken.
audit-export-reason-person = Skälet innehåller en personbeteckning. Nämn ingen.
audit-export-too-many = Tre av dina exporter är inte färdiga än. Vänta på en av dem, eller avbryt den.
audit-export-ask = Exportera
audit-export-own = Dina exporter
audit-export-none = Du har inte exporterat något än.
audit-export-days = { $first } – { $last }
audit-export-waiting = Väntar på sin tur
audit-export-running = Görs nu
audit-export-progress = { $done } av { $total } händelser
audit-export-ready = Färdig: { $size }, sparas till { $at }
audit-export-failed = Kunde inte göras
audit-export-cancelled = Avbruten
audit-export-removed = Borttagen
audit-export-download = Ladda ner
audit-export-cancel = Avbryt
audit-export-remove = Ta bort
audit-export-asked = Begärd { $at }
audit-export-refreshes = Sidan förnyas var femte sekund medan en export görs.
audit-export-check = Så kontrollerar du filen
audit-export-check-means = Med den här tjänstens program, mot nycklar som du har fått på annat sätt än ur filen. VERIFY.md i filen berättar hur den kontrolleras med andras program.
audit-counts-title = Siffror över tid
audit-counts-means = Varje händelse räknas till den dag då den inträffade. Samma leverans kan finnas i siffrorna för flera dagar.
audit-show = Visa
audit-plot-text = Diagram: leveranser { $first }–{ $last }, sammanlagt { $accepted } mottagna. Siffrorna finns i tabellen under bilden.
audit-by-day = Siffror per dag
audit-by-month = Siffror per månad
audit-by-service = Siffror per tjänst
audit-day = Dag
audit-month = Månad
audit-total = Sammanlagt
count-accepted = Mottagna
count-opened = Öppnade
count-confirmed = Kvitterade
count-expired = Ej kvitterade
count-late = Öppnade för sent
count-posted = Till posten
access-asked = En granskare bad att få se innehållet
access-granted = En granskare fick tillstånd att se innehållet i 24 timmar
access-refused = En granskare nekades tillstånd att se innehållet
after-minutes = { $count ->
    [one] { $count } minut senare
   *[other] { $count } minuter senare
}
after-hours = { $count ->
    [one] { $count } timme senare
   *[other] { $count } timmar senare
}
after-days = { $count } dygn senare
