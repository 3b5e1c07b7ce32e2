# The texts of the pages in English. The same keys stand in fi.ftl and sv.ftl; a test sees to it.

## Frame
site-name = Tiedoksi
skip-to-content = Skip to content
language-switch = Language
logged-in-as = Logged in:
log-in = Log in
log-out = Log out
main-navigation = Main menu
nav-inbox = Inbox
nav-sent = Sent
nav-settings = Settings
footer = Tiedoksi is an electronic account for messages and decisions from authorities. We never ask for your bank credentials by e-mail or text message.
back-to-front = Go to the front page
back-to-inbox = Back to inbox
back-to-sent = Back to sent messages
back-to-message = Back to the message
go-to-inbox = Go to inbox
cancel = Cancel
error-prefix = Error:
error-summary = Please correct the following

## Days, sizes and files
weekday-monday = Monday
weekday-tuesday = Tuesday
weekday-wednesday = Wednesday
weekday-thursday = Thursday
weekday-friday = Friday
weekday-saturday = Saturday
weekday-sunday = Sunday
on-day = { $weekday } { $date }
size-bytes = { $count ->
    [one] { $count } byte
   *[other] { $count } bytes
}
size-kilobytes = { $size } kB
size-megabytes = { $size } MB
file-pdf = PDF file
file-image = image
file-text = text file
file-document = text document
file-spreadsheet = spreadsheet
file-presentation = presentation
file-other = file
file-unnamed = Unnamed file

## Front page
front-title = Messages from authorities in one place
front-lead = With Tiedoksi you receive messages and decisions from authorities electronically. You can see them as soon as they have been sent.
front-login-hint = To log in you need online banking credentials, a mobile certificate or a certificate card.
front-what-heading = What you can do here
front-what-read = Read messages and decisions from authorities, with their attachments.
front-what-confirm = Confirm receipt of decisions that must be served verifiably.
front-what-reply = Reply to messages and send attachments when the authority allows replies.
front-what-proof = Download the same proof of delivery that the authority gets.
front-free-heading = The service is free of charge
front-free-text = Using the service is voluntary. If you do not use it, authorities continue to send your mail on paper. You can return to paper mail in the settings.
front-statutory-text = { $count ->
    [one] If you are 18 or older, your messages are activated under the law when you log in. After that authorities send their messages here instead of on paper. You can return to paper mail in the settings for one month at a time.
   *[other] If you are 18 or older, your messages are activated under the law when you log in. After that authorities send their messages here instead of on paper. You can return to paper mail in the settings for { $count } months at a time.
}

## Activation
activate-title = Activate messages
activate-already = Your messages are already active.
activate-lead = By activating messages you consent to authorities serving documents on you electronically.
activate-statutory-lead = Messages from authorities are delivered to you electronically under the law. You can nevertheless choose to receive them on paper.
activate-means-heading = What activation means
activate-means-electronic = You receive messages, decisions and notices from authorities in this service instead of on paper.
activate-means-ordinary = In ordinary service of notice you are deemed to have received a message on the third day after it was sent, unless otherwise shown (Act on Electronic Services and Communication in the Public Sector 13/2003, section 19).
activate-means-verifiable = In verifiable service of notice you receive the document when you confirm receipt of the message (13/2003, section 18). If you do not confirm receipt within seven days, the authority serves the document in another way.
activate-means-check = You are responsible for following your messages. Time limits may start to run even if you do not open a message.
activate-means-withdraw = You can withdraw your consent at any time in the settings. Messages that have already arrived remain readable.
activate-means-statutory-paper = You can return to paper mail in the settings for a limited time. Messages that have already arrived remain readable.
activate-consent = I consent to authorities sending me messages and serving documents on me electronically in this service.
activate-statutory-accept = I have read the above and want to receive messages electronically in this service.
activate-button = Activate messages
activate-later = Do not activate messages now
activate-statutory-later = I want messages on paper for now
activate-statutory-stay = Keep messages on paper. Your choice holds until { $at }.
activate-unticked = To activate messages, tick the box.
activated-done = Messages have been activated. Authorities can now send you messages in this service.
opened-title = Your messages were activated under the law
opened-lead = Your mailbox was opened on { $at }, when you identified yourself. Messages, decisions and notices from authorities now arrive in this service instead of on paper.
opened-means-heading = What this means
opened-means-ordinary = In ordinary service of notice you are deemed to have received a message on the third day after it was sent, even if you do not open it, unless otherwise shown (Act on Electronic Services and Communication in the Public Sector 13/2003, section 19). This applies to messages sent on { $at } or later.
opened-continue = Continue to the service

## Lists
inbox-title = Inbox
sent-title = Sent messages
inbox-empty = You have no messages.
sent-empty = You have not sent any messages.
inactive-banner = Your messages are not active. Authorities send your mail on paper. Messages that arrived earlier can be read here.
inactive-activate = Activate messages
badge-unread = Unread
badge-needs-confirmation = Receipt must be confirmed
badge-confirmed = Receipt confirmed
badge-window-passed = Not confirmed
badge-read-late = Opened after the time to confirm
badge-on-paper = Sent as a letter
badge-erased = Content erased
confirm-no-later-than = Confirm no later than
window-ended = The time to confirm ended on
attachment-count = { $count ->
    [one] { $count } attachment
   *[other] { $count } attachments
}
next-page = Show older messages
first-page = Return to the newest messages

## Search
search-title = Search messages
search-label = Words to search for
search-button = Search
search-hint = The search looks at the sender, the title and the text of messages. Type whole words or the beginnings of words, at most eight. Of messages whose receipt you have not confirmed, only sender and title are searched. Attachments and deleted messages are not searched.
search-results = Results
search-nothing = No message was found. Try fewer words, or shorter beginnings of words.
search-no-words = Type at least one word or the beginning of a word.
search-cut = You typed more than can be searched for at once. Only the beginning was used, at most eight words.
search-incomplete = Your older messages are still being added to the search, so messages may be missing from the results. Search again in a moment.
search-next = Show older results
search-first = Back to the newest results
found-in-inbox = In the inbox
found-in-sent = In sent messages
found-in-archive = In the archive
## Folders, threads and filing
nav-archive = Archive
nav-deleted = Deleted
archive-title = Archive
archive-empty = There are no messages in the archive.
deleted-title = Deleted messages
deleted-empty = There are no deleted messages.
deleted-lead = { $count ->
    [one] A deleted message can be restored for one day.
   *[other] A deleted message can be restored for { $count } days.
} After that it leaves your mailbox for good. If you need the proof of delivery, download it before that: afterwards only the authority has the message and the proof.
back-to-archive = Back to the archive
back-to-deleted = Back to deleted messages
badge-sent = Sent
row-last-day-stated = The time for appeal ends on
row-last-day = The general time for appeal ends on
row-last-day-check = (check the decision)
removed-on = Leaves for good on
title-hidden = Document to be served verifiably
title-erased = Message whose content was erased
gate-title-hidden = The sender shows the title of the message only when receipt has been confirmed.
pick = Select the message: { $title }
select-all = Select all messages on this page
select-none = Clear the selection
bulk = For the selected messages
file-archive = Archive
file-unarchive = Return from the archive
file-delete = Delete
file-restore = Restore
filed-archive = { $count ->
    [one] The message was moved to the archive.
   *[other] { $count } messages were moved to the archive.
}
filed-unarchive = { $count ->
    [one] The message was returned from the archive.
   *[other] { $count } messages were returned from the archive.
}
filed-delete = { $count ->
    [one] The message was deleted. You can restore it from the deleted messages.
   *[other] { $count } messages were deleted. You can restore them from the deleted messages.
}
filed-restore = { $count ->
    [one] The message was restored to where it was.
   *[other] { $count } messages were restored to where they were.
}
filed-kept = { $count ->
    [one] One message was not deleted, because its receipt has not been confirmed. A message can be deleted only once it has been opened.
   *[other] { $count } messages were not deleted, because their receipt has not been confirmed. A message can be deleted only once it has been opened.
}
filed-nothing = Nothing was moved, because the messages are in another folder now.
filed-none = First select the messages that you want to move.
filed-undo = Undo
message-deleted = This message has been deleted.
pages = Pages of the list
previous-page = Show newer messages
thread-heading = Conversation
thread-show = Show the { $count } messages of the conversation
thread-newest = Show the { $count } newest messages of the conversation
thread-hint = The newest message comes first. The list opens no messages.
thread-to = To:
thread-this = This message
thread-deleted = In the deleted messages
file-beside = Open beside the message
file-close = Close the attachment

## Confirmation
sender = Sender
recipient = Recipient
arrived = Arrived
sent-at = Sent
gate-confirm-by = Can be confirmed until
gate-window-ended = Time to confirm ended
gate-lead = The authority is serving this document on you verifiably. The message and its attachments open when you confirm that you have received the message.
gate-means-heading = What confirming means
gate-means-served = When you confirm receipt, the document has been served on you (Act on Electronic Services and Communication in the Public Sector 13/2003, section 18).
gate-means-served-owner = When you confirm receipt, the document has been served on { $owner } (Act on Electronic Services and Communication in the Public Sector 13/2003, section 18). Tell the person or company you act for.
gate-means-periods = Time limits start to run when the document is served, for example the time in which a decision can be appealed.
gate-means-sender = The sender is told that receipt was confirmed, by whom and when.
gate-means-agree = Confirming does not mean that you agree with the contents of the document.
gate-otherwise-heading = If you do not confirm
gate-otherwise-text = If you do not confirm receipt by { $day }, the authority serves the document on you in another way, for example by post against acknowledgement of receipt.
gate-confirm = Open the message and confirm receipt
gate-open-late = Open the message
gate-not-now = Do not open now
gate-passed-heading = Opening the message no longer counts as service
gate-passed-text = Receipt was not confirmed in time. You can still open and read the message, but this no longer counts as service of the document (13/2003, section 18).
gate-passed-next = The authority serves the document on you in another way, for example by post against acknowledgement of receipt. The time at which you open the message is recorded, and the sender is told of it.

## Message
in-reply-to = Reply to
show-original = Show the original message
receipt-heading = Receipt has been confirmed
receipt-confirmed = Receipt was confirmed on
receipt-confirmed-by = Confirmed by
receipt-confirmed-means-owner = The document was served on { $owner } when receipt was confirmed. The sender has been told of the confirmation. Tell the person or company you act for.
receipt-confirmed-means = The document was served on you when receipt was confirmed. The sender has been told of the confirmation.
receipt-late-heading = The message was opened after the time to confirm
receipt-late = The message was opened on
receipt-late-by = Opened by
receipt-late-means = The time to confirm had ended, so opening the message does not count as service. The authority serves the document on you in another way.
erased-state = State of the delivery
erased-not-confirmed = Receipt has not been confirmed.
erased-heading = The content was erased
erased-at = Title, text and attachments of the message were erased { $at }.
erased-by-order = The reason was an order.
erased-by-retention = The reason was that the time had ended for which content is kept.
erased-reason = Ground of the order
erased-number = Number of the order
erased-means = Nobody can read the content any more, nor can its sender in this service. The records of the delivery and the proof of it stay. If you need the content, ask the authority.
erased-unconfirmed = Receipt cannot be confirmed any more, so the document was not served in this service. The authority can serve it in another way.
receipt-sent-heading = Your message has been received
receipt-sent = The authority received your message on
message-number = Message number
receipt-sent-means = This is the authority’s acknowledgement of receipt of your message (Act on Electronic Services and Communication in the Public Sector 13/2003, section 12). It does not affect the conditions for considering the matter.
on-paper-heading = Copy of a letter
on-paper-means = This message was sent to you by post, because your mailbox was not in use at the time. This is a copy of the letter. Time limits run from the service of the letter, not from opening this copy.
attachments = Attachments
deadline-heading = Time limits
deadline-calculated = Calculated, not evidence
deadline-served = Date of service
deadline-last-day-stated = Last day for appeal
deadline-last-day = Last day, if the time for appeal is { $days } days
deadline-caution-stated = The sender has stated the time for appeal. The instructions given with the decision always prevail.
deadline-caution = The decision may give a shorter time: a rectification, for example, must often be requested within 14 days. Not every message can be appealed. The instructions given with the decision always prevail.
deadline-how = How these dates were calculated
deadline-trace = The steps as the calculation records them:
deadline-rules = Rule set
step-available = You could read the message on { $at }.
step-available-other = The recipient could read the message on { $at }.
step-pending = The message awaits confirmation. Receipt can be confirmed until { $day }.
step-deemed = { $count ->
    [one] In ordinary service of notice you are deemed to have received the message { $count } day after it was sent, unless otherwise shown.
   *[other] In ordinary service of notice you are deemed to have received the message { $count } days after it was sent, unless otherwise shown.
} Opening it earlier does not move the date.
step-deemed-other = { $count ->
    [one] In ordinary service of notice the recipient is deemed to have received the message { $count } day after it was sent, unless otherwise shown.
   *[other] In ordinary service of notice the recipient is deemed to have received the message { $count } days after it was sent, unless otherwise shown.
} Opening it earlier does not move the date.
step-actual = Receipt was confirmed in time. The date of service is the day of confirmation, { $day }.
step-instant = The message was served at the moment when you could read it.
step-instant-other = The message was served at the moment when the recipient could read it.
step-fallback = Receipt was not confirmed by { $day }. The authority must serve the document in another way.
step-appeal = { $count ->
    [one] The time for appeal is { $count } day.
   *[other] The time for appeal is { $count } days.
} The date of service is not counted.
step-rolled = If the last day is a Saturday, a Sunday, a church holiday, Independence Day, May Day, Midsummer Eve or Christmas Eve, the time limit ends on the next working day (Act on Calculating Statutory Time Limits 150/1930, section 5). Days passed over: { $days }.
step-no-appeal = The sender has stated that this cannot be appealed.
step-late = The message was opened after the time to confirm had ended. Opening it does not count as service, and no time limit starts from it.
reply = Reply
download-receipt = Download receipt of delivery (PDF)
download-proof = Download proof of delivery
download-bundle = Download signed proof package (ASiC-E)
proof-hint = With the proof anyone can check when the message was delivered and confirmed. The authority has the same proof.

## Writing
nav-drafts = Drafts
nav-write = Write a message
back-to-drafts = Back to drafts
reply-title-of = Re: { $title }
draft-reply-title = Reply to the message
draft-new-title = New message
draft-subject = Title
draft-body = Message
draft-files = Add attachments
draft-files-hint = At most 10 attachments, each at most 10 MB. Accepted file types: pdf, jpg, png, doc, docx, xls, xlsx, ppt, pptx, odt, ods and txt.
draft-add = Save the chosen files
draft-remove = Remove
draft-cancel-upload = Cancel
draft-send = Send the message
draft-save = Save draft
draft-saved = The draft has been saved.
draft-saved-at = The draft was saved on { $at }.
draft-unsaved = The latest changes have not been saved. Saving is tried again.
draft-delete = Delete the draft
draft-delete-text = The text and the attachments are deleted for good. They cannot be restored.
draft-delete-button = Delete the draft for good
draft-deleted = The draft has been deleted.
untitled = No title
draft-is-reply = Reply
draft-not-in-use = Your messages are not active, so you cannot send a message. Activate messages; the draft is kept.
draft-reply-not-taken = The sender no longer takes replies to this message. The draft is kept, but it cannot be sent.
draft-service-closed = This service no longer takes messages. The draft is kept, but it cannot be sent.
drafts-title = Drafts
drafts-kept = A draft is kept for { $count } days after it was last changed. Then it is deleted with its attachments.
drafts-empty = You have no drafts.
drafts-full = You have 100 drafts already. Send or delete one before you begin another.
write-title = Write to an authority
write-lead = Choose the service to which you want to write. These are the services that take messages.
write-search = Find a service by name
write-search-hint = Write the beginning of the name of the service or the authority.
write-search-button = Search
write-found = Services found
write-none = No service was found. Try another word, or choose a topic or an authority.
write-more = More services were found than are shown here. Narrow your search.
write-nobody = No service takes messages yet.
write-to = Write a message
write-topics = Topics
write-authorities = Authorities
upload-uploading = Saving the file { $name }
upload-uploaded = The file { $name } has been saved.
upload-retrying = The connection was lost. Saving the file { $name } is tried again.
upload-failed = The file { $name } could not be saved. Add it again.
upload-ended = Your session has ended. Log in again in another tab; what you wrote is still here.
upload-cancelled = Saving the file { $name } was cancelled.
upload-removed = The file { $name } has been removed.
upload-waiting = The message is sent when the attachments have been saved.
message-sent-done = Your message has been sent.
receipt-thread = Number of the thread
receipt-reference = The authority’s reference
receipt-body-hash = SHA-256 of the message
receipt-file-hash = SHA-256 of the attachment { $name }
receipt-seal = Electronic seal
receipt-seal-means = The seal proves that the message was received with this content at the time above. It can be checked without this service.
problem-not-saved = The changes could not be saved just now. What you wrote is still here. Try again in a moment.
problem-not-sent = The message could not be sent just now. What you wrote is still here. Try again in a moment.
problem-title-missing = Write a title for the message.
problem-title-long = The title is too long. Shorten it to at most { $count } characters.
problem-body-missing = Write a message.
problem-body-long = The message is too long. Shorten it to at most { $count } characters, or move some of the text to an attachment.
problem-characters = The text has a character that cannot be used. Remove it.
problem-files-many = There are too many attachments. Send at most { $count }.
problem-file-large = The file “{ $name }” is too large. A file may be at most { $size }.
problem-file-type = The file “{ $name }” cannot be attached. It is empty, its type is not accepted, or its content does not match its extension.
problem-file-extensions = The file “{ $name }” cannot be attached. Its name has two file extensions. Keep only the last one and add the file again.
problem-file-two = The file “{ $name }” cannot be attached. It holds another kind of file inside it. Save the document again and add the new file.
problem-file-malware = The file “{ $name }” was refused: malware was found in it. Check your device, and do not send the file to anyone.
problem-file-unscanned = The file “{ $name }” could not be checked for malware just now, so it was not saved. Add it again in a moment.

## E-mail address and the history of choices
back-to-settings = Back to settings
contact-title = E-mail address
contact-lead = For now only confirmation codes are sent to this address. New messages are not yet announced by e-mail: check here yourself whether you have received any.
contact-no-links = We never send a link to this service by e-mail.
contact-in-use = Address in use
contact-since = Confirmed
contact-waits = Awaiting confirmation
contact-type-code = Enter the confirmation code
contact-address = E-mail address
contact-new-address = New e-mail address
contact-address-hint = We send a six-digit confirmation code to the address. We write to you in English.
contact-change-hint = We send a six-digit confirmation code to the new address. The present address is used until you have confirmed the new one. We write to you in English.
contact-send-code = Send the confirmation code
contact-bad-address = Write the e-mail address as name@example.fi.
contact-too-many = We have sent three confirmation codes within an hour. You can ask for a new code when an hour has passed since the first.
contact-done-verified = Your e-mail address has been confirmed.
contact-done-in-use = You already use this address. We write to you in English from now on.
contact-code-title = Confirm your e-mail address
contact-code-lead = We sent a confirmation code to
contact-code-holds = { $count ->
    [one] The code is valid for { $count } minute.
   *[other] The code is valid for { $count } minutes.
}
contact-code-until = You can use it until:
contact-code = Confirmation code
contact-code-hint = Six digits
contact-verify = Confirm the address
contact-code-wrong = { $count ->
    [one] The code is wrong. You can try once more.
   *[other] The code is wrong. You can try { $count } more times.
}
contact-code-none = Write the six digits of the code. This did not count as a try.
contact-code-over = The code is no longer valid. Ask for a new code.
contact-none-came = Did you not get a code?
contact-none-came-text = It can take a few minutes for the e-mail to arrive. Look in your spam folder too, and check the address. A new code replaces the one before.
contact-send-again = Send a new code
contact-resent = A new code has been sent. The one before is no longer valid.
contact-other-address = Use another address
contact-give = Give your e-mail address
contact-see = Show or change the address
needs-address-banner = You have not confirmed an e-mail address. New messages are not yet announced by e-mail: check here yourself whether you have received any.
opened-address = Give your e-mail address. New messages are not yet announced by e-mail: check here yourself whether you have received any.
activate-step-address = Step 1 of 3: e-mail address
activate-step-code = Step 2 of 3: confirmation code
activate-step-consent = Step 3 of 3: consent
sender-business-id = Business ID
sender-services = Services
sender-inactive = Your messages are not active, so no authority can send you messages. You can nevertheless make your choice now.
sender-consent-heading = What consent means
sender-consent-own = This authority sends you messages electronically only if you give a separate consent to it.
sender-consent-means = When you consent, the authority can send you messages and serve documents on you in this service instead of on paper.
sender-consent-back = You can withdraw your consent on this page at any time. Messages that have already arrived remain readable.
sender-refuse-hint = If you refuse messages from this authority, it sends your mail on paper.
sender-not-refusable = Messages from this authority cannot be refused separately. You can return to paper mail in the settings.
history-show = Show the history of your choices
history-title = History of your choices
history-lead = Here are all the choices you have made about the use of messages, the newest first.
history-empty = You have not made any choices yet.
history-proof = Download proof of your choices
history-proof-hint = With the proof anyone can check what you have chosen and when.
history-activated = Messages were activated
history-deactivated = Messages were deactivated
history-paper = You chose messages on paper
history-until = The choice holds until:
history-consented = You consented to electronic service of notice
history-consented-to = You gave consent: { $name }
history-withdrew = You withdrew your consent to electronic service of notice
history-withdrew-from = You withdrew consent: { $name }
history-refused = You refused messages: { $name }
history-allowed = You allowed messages: { $name }
history-address = The e-mail address was confirmed
history-mandate = A mandate to act for you was given
history-mandate-over = A mandate to act for you was ended
history-by = Done by { $name }
history-by-agent = Done by a person acting for you
history-older = Show older choices
history-newest = Return to the newest choices
reply-needs-use = Your messages are not active, so you cannot reply to this message.
error-unused-title = Your messages are not active
error-unused-text = While messages are not active, you cannot send messages. You can read messages that arrived earlier. Activate messages and try again.

## Settings
settings-title = Settings
settings-mailbox = Use of messages
settings-state = State
settings-active = Messages are active
settings-inactive = Messages are not active
settings-since = Active since
settings-basis = Basis
basis-consent = Your consent
basis-statutory = The account was opened under the law when you identified yourself
settings-paper-until = On paper until
settings-history = Every choice you make is recorded so that its time can be proved later.
settings-senders = Senders
settings-senders-text = Here you see the authorities that use the service, and can decide which of them may send you messages electronically.
settings-no-senders = The service has no senders yet.
sender-can-send = Can send you messages.
sender-cannot-send = Cannot send you messages.
choice-given = You gave consent on
choice-withdrawn = You withdrew consent on
choice-refused = You refused messages on
offer-give = Give consent
offer-withdraw = Withdraw consent
offer-refuse = Refuse messages
offer-allow = Allow messages
withdraw-heading = Return to paper mail
withdraw-text = If you withdraw your consent, authorities will send your mail on paper from now on. You can activate messages again at any time.
withdraw-sure = After that no new messages come here. You can still open a message that waits for you to confirm receipt.
withdraw-yes = Yes, stop electronic messages
withdraw-button = Withdraw consent
withdraw-keeps = Messages that have already arrived remain readable. Their time limits do not change.
paper-heading = Return to paper mail
paper-text = { $count ->
    [one] You can choose to receive messages on paper. The choice holds for one month at a time.
   *[other] You can choose to receive messages on paper. The choice holds for { $count } months at a time.
} If you identify yourself in an authority’s service after that, messages are activated again and you are told so.
paper-if-today = If you choose this now, it holds until:
paper-button = I want messages on paper
done-choice = Your choice has been saved.
done-withdrawn = You have returned to paper mail. Authorities no longer send you messages in this service.

## Acting for another, and sessions
acting-for = You are acting for:
acting-change = Change
acting-role = Change role
acting-switch = Act for someone else
acting-title = For whom are you acting?
acting-lead = Choose whose messages you want to read and handle. You can change this at any time at the top of the page.
acting-own = Your own messages.
acting-own-button = Act for yourself
acting-button = Act for this one
acting-current = Chosen now
acting-none = You have no right to act for anyone else.
acting-incomplete = The register of mandates does not answer just now, so not all your mandates can be shown. Your own messages work as usual. Try again in a moment.
acting-ended = Your right to act for someone else has ended. You are now among your own messages. Nothing was done.
role-signatory = Right to sign for the company
role-guardian = Guardian
role-mandate = Mandate
scope-everything = All messages.
scope-some = Only these authorities and topics: { $names }.
mandate-until = Valid until the end of { $day }.
mandate-open = Valid until further notice.
mandate-begins-on = Begins on { $day }.
mandate-ended-on = Ended on { $day }.
mandate-revoked-at = Revoked on { $at }.
mandate-revoke = Revoke the mandate
mandate-registered = This was registered by the operator of the service, who also removes it.
mandates-title = Mandates
mandates-lead = You can authorise another person to read and handle your messages. That person cannot change consents, contact details or mandates, and cannot see messages that their sender meant for the recipient alone.
mandates-granted = Mandates in force for these messages
mandates-none = Nobody has a mandate for these messages.
mandates-ended = Mandates that have ended
mandates-held = For whom you can act
done-granted = The mandate has been granted.
done-revoked = The mandate has been revoked. It no longer holds.
back-to-mandates = Back to mandates
grant-title = Grant a mandate
grant-lead = The person logs in as themself and chooses to act for you. Everything they do is recorded in their own name.
grant-agent = Personal identity code of the person
grant-agent-hint = All 11 characters, in capital letters.
grant-name = Name of the person
grant-name-hint = The name is shown in the list of mandates.
grant-scope = What does the mandate cover?
grant-everything = All messages
grant-some = Only the following authorities and topics
grant-organisations = Authorities
grant-topics = Topics
grant-begins = First day
grant-begins-hint = If you leave this empty, the mandate begins today.
grant-until = Last day
grant-until-hint = If you leave this empty, the mandate holds until you revoke it.
grant-button = Grant the mandate
grant-agent-missing = Write the person’s identity code.
grant-agent-wrong = The identity code is not right. Check the characters and the capital letters.
grant-agent-oneself = You cannot grant a mandate to yourself.
grant-name-missing = Write the person’s name.
grant-name-long = The name is too long. Shorten it to at most 100 characters.
grant-scope-missing = Choose what the mandate covers.
grant-scope-empty = Choose at least one authority or topic.
grant-scope-gone = The chosen authority or topic does not exist. Choose again.
grant-day-wrong = The day is not right. Write it as dd.mm.yyyy.
grant-begins-past = A mandate cannot begin on a day that has passed.
grant-until-past = The last day has passed, or is before the first day.
grant-too-many = There can be at most { $count } mandates in force. Revoke one of them first.
owner-decides-title = The owner of the mailbox decides this
owner-decides-text = By a mandate you can read and handle messages. The owner, or who represents the owner by law, decides about consents, settings and mandates.
mandates-down-title = The register of mandates cannot be reached now
mandates-down-text = Your right to act for someone else cannot be checked just now, so nothing was shown or done. You can go to your own messages, or try again in a moment.
choose-mailbox = Choose for whom you are acting
settings-access = Mandates and sessions
sessions-title = Your sessions
sessions-lead = Here you see in which browsers you are logged in. Sign out those that you do not recognise.
sessions-unknown = Unknown browser
sessions-began = Logged in on
sessions-seen = Last used on
sessions-current = This session
sessions-end = Sign out
sessions-end-others = Sign out all others
sessions-only = You are not logged in anywhere else.
sessions-done = The session has been signed out.

## Error pages
error-invalid-title = The request could not be handled
error-invalid-text = There was an error in the request. Go back to the previous page and try again. Nothing was changed.
error-login-title = Log in
error-login-text = This page is shown only to those who have logged in. Your session may have ended because the service was not used for a while. Log in and try again.
error-forbidden-title = This cannot be done
error-forbidden-text = You cannot do this now. The form may have expired, or this is not allowed for this message or sender. Open the page again and try once more.
error-missing-title = Page not found
error-missing-text = The page or message does not exist, or you cannot see it. Check the address or look for the message in your inbox.
error-large-title = Too much was sent
error-large-text = You sent more than the service takes at once. Make the files smaller or send them in several messages.
error-slow-title = The connection was too slow
error-slow-text = What you sent did not arrive in time, so it was broken off. Go back to the previous page and try again.
error-busy-title = The service is busy for the moment
error-busy-text = There was no time to handle the request. Wait a moment and try again. Nothing was changed.
error-halted-title = The service is out of use
error-halted-text = The service has a fault that its operator is mending. You can read messages that you have opened before, but new ones cannot be opened, confirmed or sent now. Nothing was changed. If you have a deadline, contact the authority directly.
error-unknown-title = The outcome is not known
error-unknown-text = The connection broke while saving, so we do not know whether it succeeded. Look at your messages before you try again.
error-internal-title = The service has a fault
error-internal-text = An error occurred in the service, and we are looking into it. Try again in a moment.
unsaved-lead = Your login has ended, so the text was not saved. Here it is: copy it, log in and paste it into the draft. Add the attachments that are missing too.
error-session-title = Your session has ended
error-session-text = The form was not saved, because your session has ended. Log in and do the same again.
error-form-title = The form could not be accepted
error-form-text = The form does not belong to this session. Nothing was changed. Open the page again and send the form from there.
login-outdated-title = The login has expired
login-outdated-text = The login took too long, or it has already been used. Start logging in again.
login-elsewhere-title = The login could not be continued
login-elsewhere-text = The login was started in another browser, or the browser does not store cookies. Start logging in again.
login-cancelled-title = Identification was cancelled
login-cancelled-text = You were not logged in. You can start again at any time.
login-weak-title = Strong identification is needed
login-weak-text = The means of identification you chose is not strong enough for this service. Start again and choose another.
login-failed-title = Identification did not succeed
login-failed-text = The identification service is not answering correctly right now. Try again in a moment.

## Openness: who opened what, proofs, all files, the whole mailbox
openness-heading = Your data
openness-access = Who has opened your messages
openness-proofs = Your proofs of delivery
openness-export = Take all your messages with you
zip-button = Download all attachments (zip)
zip-name = Attachments { $id }.zip
access-title = Who has opened your messages
access-lead = Here you see who has opened your messages, confirmed receipt, deleted messages or taken messages along, and when. The records are in a log in which later changes can be noticed. Repeated openings by the same person within an hour are one entry.
access-empty = Nobody has opened your messages yet.
access-opened = Message opened
access-opened-again = Message opened again
access-confirmed = Receipt confirmed
access-late = Message opened after the time to confirm
access-mandate = Began to act on behalf of the owner of the mailbox
access-exported = All messages taken along
access-proof = Proof of delivery handed out
access-staff = Data looked at by staff
access-deleted = Message deleted
access-erased = Deleted message removed for good
access-content-erased = Content of a message erased
access-by-itself = Automatically, after its time among the deleted messages
access-by-retention = Automatically, after the time for which content is kept
access-operator = Operator of the service, by order
access-other = Other access
access-owner = { $name } (owner of the mailbox)
access-authority = { $name }, the authority's system
access-code = Person whose identity code ends in { $code }
access-foreign = Person without a Finnish identity code
access-nobody = No name in the record
access-role-signatory = signs for the company
access-role-guardian = as guardian
access-role-mandate = by mandate
access-removed = A removed message
access-older = Show older events
access-newest = Return to the newest events
proofs-title = Your proofs of delivery
proofs-lead = For every message there is a proof of delivery. It is the same proof that the authority has. Anyone can check it, also without this service.
proofs-choices = There is a proof of your own choices, too.
proofs-empty = There are no deliveries yet.
proofs-older = Show older deliveries
proofs-newest = Return to the newest deliveries
state-unread = Not opened.
state-read = Opened { $at }.
state-waits = Waits for confirmation of receipt until { $day }.
state-confirmed = Receipt confirmed { $at }: served.
state-expired = The time to confirm ended on { $day }: not served electronically.
state-late = Opened after the time to confirm, { $at }: not served electronically.
state-sent = Arrived at the authority { $at }.
state-on-paper = Sent as a letter; here is a copy.
state-erased = Content erased { $at }.
state-deemed = Deemed served on { $day } unless otherwise shown.
state-answered = You have replied.
export-title = All your messages
export-lead = You can download all messages of the mailbox as one file (zip) and keep it, or take it to another service.
export-holds-messages = Every message is an .eml file with its attachments, which e-mail programs can open.
export-holds-proofs = Beside every message lies its proof of delivery.
export-holds-index = The files index.html and index.csv list all messages.
export-before-heading = Before you download
export-opens = Unread messages in the file count as opened, just as if you opened them one by one. The authority sees that.
export-waits = Messages whose receipt you have not confirmed are in the file without their content. The export does not confirm them.
export-safe = The file is not protected by a password. Keep it where only you can read it.
export-large = The file can be large. If the download breaks off, the file is not whole; download it again.
export-busy = The download could not begin, because these messages are being downloaded already, you have another download under way or many downloads are running. Try again in a few minutes.
export-button = Download all messages
export-file-name = Messages { $day }.zip
export-withheld = The content of this message was not exported, because its receipt has not been confirmed. Open the message in the service.
export-erased = The content of this message was erased. The proof of delivery is here.
readme-whose = Messages of { $name }, downloaded { $at }.
readme-index = Open the file index.html in a browser, or index.csv in a spreadsheet program, to see all messages.
readme-messages = In the folder messages every message has a folder of its own. The file message.eml can be opened in an e-mail program. It holds the message and its attachments. The addresses in it end in .invalid: nothing can be sent to them.
readme-proofs = The file proof.json is the proof of delivery, the same that the authority has. It is checked with the program tiedoksi: tiedoksi verify proof.json. When a proof says that an event is not in the log yet, download it again from the service.
readme-withheld = Messages whose receipt had not been confirmed are here without their content.
readme-safe = The files are not protected. Keep them where only you can read them.
index-date = Time
index-place = Folder
index-authority = Authority
index-service = Service
index-title = Title
index-state = State
index-message = Message
index-proof = Proof
## Logging in again before confirming
login-again-heading = Log in again first
login-again-text = To confirm receipt you must now identify yourself again. After that you come back to this page.
login-again = Log in again

## Coming to a message from another site

arrival-title = Continue to the message
arrival-text = You came here from another site or from logging in. Opening a message is recorded, so it opens only when you continue yourself.
arrival-go-on = Continue

## Giving up a mandate
history-mandate-renounced = The person you had authorised gave up a mandate to act for you
mandate-renounce = Give up the mandate
done-renounced = You have given up the mandate. It no longer holds.
renounce-title = Do you want to give up the mandate?
renounce-lead = You give up your right to act for this owner: { $name }
renounce-at-once = The mandate ends at once, and you no longer see the owner’s messages.
renounce-recorded = That you give it up is recorded, and the owner sees it in the history of their choices.
renounce-for-good = You cannot take the mandate back yourself. The owner can grant a new one.
grant-too-many-to-one = The same person can have at most { $count } of your mandates in force. Revoke one of them first.

## Audit
nav-audit = Audit
audit-title = Audit of deliveries
audit-lead = Here you see what has become of deliveries, and their proofs. You do not see what messages say.
audit-find = Find deliveries
audit-clear = Clear the form
audit-external = Sender’s own id
audit-organisation = Authority
audit-service = Service
audit-any = Any
audit-all = All
audit-first = First day
audit-last = Last day
audit-outcome = What has become of it
audit-kind = Kind
audit-found = Deliveries, newest first
audit-followed = Lists and numbers hold what was in the log by { $at }.
audit-followed-nothing = The log holds nothing to list yet.
audit-nothing = No delivery was found for this.
audit-older = Show older deliveries
audit-newest = Return to the newest deliveries
audit-bad-message = Type the message number in digits.
audit-bad-day = Type the day as year-month-day, for example 2026-11-30.
audit-bad-period = The last day comes before the first. Exchange them.
audit-bad-span = Choose at most ten years, the beginning before the end.
audit-kind-ordinary = Ordinary service of notice
audit-kind-verifiable = Verifiable service of notice
audit-kind-from-citizen = Message to the authority
outcome-accepted = Not opened yet
outcome-opened = Opened
outcome-confirmed = Receipt confirmed in time
outcome-expired = Not confirmed in time
outcome-late = Opened after the time to confirm
outcome-letter = As a letter
back-to-audit = Back to the audit of deliveries
back-to-delivery = Back to the delivery
audit-confirm-before = To be confirmed before
audit-line = Time line
audit-line-text = Time line: { $count } events, the first { $first }, the last { $last }. The same events are listed below.
audit-in-log = Entry { $index } of the log
audit-not-in-log = Not in the log yet
audit-step-accepted = Accepted from the sender
audit-step-available = Available to the recipient
audit-step-waits = Waits for the recipient’s confirmation
audit-step-notified = Notice delivered
audit-step-not-notified = Notice could not be delivered
audit-step-opened = Content opened for the first time
audit-step-opened-again = Content opened again
audit-step-confirmed = Receipt confirmed: served
audit-step-expired = The time to confirm passed unconfirmed
audit-step-late = Retrieved after the time to confirm
audit-step-posted = Handed over to be printed and posted
audit-step-signed-for = The post handed the letter over against a signature
audit-step-returned = The post returned the letter
audit-step-unresolved = The post does not know what became of the letter
audit-step-erased = Keys destroyed
audit-step-looked = An auditor looked at the content
audit-step-asked = An auditor asked to see the content
audit-step-granted = Request to see the content granted
audit-step-refused = Request to see the content refused
audit-step-other = Other event
audit-proofs = Proofs
audit-proofs-lead = Downloading a proof is recorded, and the owner of the mailbox sees it.
audit-content = Content of the message
audit-content-lead = You see the content only when a second person grants your request and its reason, and then for 24 hours. The request, the decision and each look are recorded, and the owner of the mailbox sees them.
audit-content-granted = You may look at the content until { $at }.
audit-content-look = Look at the content
audit-reason = Reason
audit-reason-hint = Why the content must be seen. The second person decides by this. At most 1,000 characters.
audit-reason-missing = Say why the content must be seen.
audit-reason-long = Shorten the reason to at most 1,000 characters.
audit-ask = Ask to see the content
audit-asked-before = Requests
audit-asked-by = { $name } asked
audit-asked-by-erased = Somebody whose data has been erased asked
audit-request-waits = Waits for a second person until { $at }.
audit-request-granted = Granted by { $name }; holds until { $at }.
audit-request-refused = Refused by { $name }.
audit-request-lapsed = Lapsed: nobody decided in time.
audit-grant = Grant for 24 hours
audit-refuse = Refuse
audit-requests-title = Requests to see content
audit-requests-lead = A second person decides within seven days: of the two, one at least is an auditor of the authority itself. Nobody can grant their own request.
audit-requests-none = No request waits for a decision.
audit-too-late = The request was decided already, or has lapsed.
audit-looking = You are looking at the content by a second person’s grant, which holds until { $at }. This look was recorded, and the owner of the mailbox sees it.
audit-exports-title = Evidence of a period
audit-exports-lead = The evidence of one authority between two days, as one signed file that shows that nothing is missing. It is made in the background, and kept for seven days. The export and its reason are recorded for ever.
audit-export-new = New export
audit-export-organisation-none = Choose an authority.
audit-export-organisation-bad = There is no such authority among yours. Choose one from the list.
audit-export-service-bad = The authority has no such service. Choose one of its own, or all.
audit-export-first-none = Choose the first day.
audit-export-last-none = Choose the last day.
audit-export-day-future = The day is in the future. Choose today or an earlier day.
audit-export-reason-hint = Why the evidence is exported, on one line of at most 500 characters. It stays in the log for ever: name nobody.
audit-export-reason-none = Say why the evidence is exported.
audit-export-reason-long = Shorten the reason to one line of at most 500 characters.
audit-export-reason-person = The reason holds an identity code. Name nobody.
audit-export-too-many = Three of your exports are not finished yet. Wait for one of them, or cancel it.
audit-export-ask = Export
audit-export-own = Your exports
audit-export-none = You have exported nothing yet.
audit-export-days = { $first } to { $last }
audit-export-waiting = Waits for its turn
audit-export-running = Being made
audit-export-progress = { $done } of { $total } records
audit-export-ready = Ready: { $size }, kept until { $at }
audit-export-failed = Could not be made
audit-export-cancelled = Cancelled
audit-export-removed = Removed
audit-export-download = Download
audit-export-cancel = Cancel
audit-export-remove = Remove
audit-export-asked = Asked for { $at }
audit-export-renews = This list renews itself every five seconds while an export is being made.
audit-export-renew = Show how far it is
audit-export-check = How to check the file
audit-export-check-means = With the program of this service, against keys that you got on another way than from the file. VERIFY.md in the file says how to check it with programs of others.
audit-counts-title = Numbers over time
audit-counts-means = Each event counts on the day on which it happened. One delivery can be in the numbers of several days.
audit-show = Show
audit-plot-text = Plot: deliveries from { $first } to { $last }, { $accepted } accepted in all. The numbers stand in the table below.
audit-by-day = Numbers by day
audit-by-month = Numbers by month
audit-by-service = Numbers by service
audit-day = Day
audit-month = Month
audit-total = Total
count-accepted = Accepted
count-opened = Opened
count-confirmed = Confirmed
count-expired = Not confirmed
count-late = Opened late
count-posted = To the post
access-asked = An auditor asked to see the content
access-granted = An auditor was allowed to see the content for 24 hours
access-refused = An auditor was refused the content
after-minutes = { $count ->
    [one] { $count } minute later
   *[other] { $count } minutes later
}
after-hours = { $count ->
    [one] { $count } hour later
   *[other] { $count } hours later
}
after-days = { $count ->
    [one] { $count } day later
   *[other] { $count } days later
}
