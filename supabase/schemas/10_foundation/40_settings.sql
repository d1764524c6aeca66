-- What the operator may set for the whole project.

create table sms_private.settings (
  name text primary key,
  value jsonb not null
);
comment on table sms_private.settings is 'Project-wide settings of the operator.';
comment on column sms_private.settings.name is 'Setting, for example person_pause_minutes.';
comment on column sms_private.settings.value is 'Its value, as JSON.';

insert into sms_private.settings (name, value) values
  ('person_pause_minutes', '30'),
  ('reopen_within_hours', '24'),
  -- By language. One sentence in place of the object holds for all languages. START is Twilio's word, in every language.
  ('opt_out_confirmation', '{
    "en": "You have been unsubscribed and will receive no more messages from us. Reply START to resubscribe.",
    "de": "Sie sind abgemeldet und erhalten keine Nachrichten mehr von uns. Antworten Sie START, um sich wieder anzumelden.",
    "es": "Se ha dado de baja y no recibirá más mensajes nuestros. Responda START para volver a suscribirse.",
    "fr": "Vous êtes désinscrit et ne recevrez plus de messages de notre part. Répondez START pour vous réinscrire.",
    "it": "La tua iscrizione è annullata e non riceverai più nostri messaggi. Rispondi START per iscriverti di nuovo.",
    "nl": "U bent uitgeschreven en ontvangt geen berichten meer van ons. Antwoord START om u weer in te schrijven.",
    "pl": "Wypisano Cię i nie otrzymasz od nas więcej wiadomości. Odpowiedz START, aby zapisać się ponownie.",
    "pt": "A sua subscrição foi cancelada e não receberá mais mensagens nossas. Responda START para voltar a subscrever.",
    "pt-br": "Sua inscrição foi cancelada e você não receberá mais mensagens nossas. Responda START para se inscrever de novo."
  }'),
  -- Said where the model found no words of its own. By language; the assistant's, else English.
  ('goodbye_words', '{"en": "Thank you. Goodbye!", "de": "Vielen Dank. Auf Wiedersehen!", "es": "Gracias. ¡Hasta luego!",
    "fr": "Merci. Au revoir !", "it": "Grazie. Arrivederci!", "nl": "Bedankt. Tot ziens!", "pt": "Obrigado. Até logo!"}'),
  ('handoff_words', '{"en": "Thank you. A person from our team will reply to you here.",
    "de": "Vielen Dank. Jemand aus unserem Team antwortet Ihnen hier.",
    "es": "Gracias. Una persona de nuestro equipo le responderá aquí.",
    "fr": "Merci. Une personne de notre équipe vous répondra ici.",
    "it": "Grazie. Una persona del nostro team Le risponderà qui.",
    "nl": "Bedankt. Iemand van ons team antwoordt u hier.",
    "pt": "Obrigado. Alguém da nossa equipe responderá aqui."}'),
  ('users_may_take_default_numbers', 'false'),
  -- Not shorter than a request to Twilio may take (_shared/sms/worker/lease.ts).
  ('lookup_wait_seconds', '15'),
  ('lookup_count', '3'),
  ('lookup_spread_seconds', '300'),
  ('lookup_reach_seconds', '600'),
  ('lookup_give_up_seconds', '3600'),
  ('resend_within_seconds', '3600'),
  -- How long each kind of text may wait before it is too late (30_rules/too_late.sql).
  ('answer_not_after_seconds', '1800'),
  ('text_not_after_seconds', '14400'),
  ('scheduled_not_after_seconds', '43200'),
  ('broadcast_not_after_seconds', '259200'),
  -- Gaps between two questions, in seconds: asked 10 minutes, 1, 11, 25 and 73 hours after Twilio took it. Twilio's queue
  -- holds a message for 10 hours (https://www.twilio.com/docs/api/errors/21611); a price may take 24
  -- (https://support.twilio.com/hc/en-us/articles/46871410243099).
  ('settle_gaps_seconds', '[600, 3000, 36000, 50400, 172800]'),
  -- Texts to a number that nobody has, in days. Null: for ever.
  ('ownerless_texts_days', '30'),
  -- Whom a broadcast refused, in days; null: for ever. Then the numbers go, and the codes stay.
  ('refused_recipients_days', '30'),
  -- From when on an automatic first text needs a consent. A migration gives projects of before a date to come.
  ('consent_required_from', '"2026-12-01T00:00:00Z"'),
  -- Which bases cover promotional texts. Any covers transactional ones.
  ('promotional_consent', '["keyword", "form", "import", "contact_wrote_first"]'),
  -- Opt-outs and consents of erased contacts, in days; null: for ever. Never less than ten years.
  ('erased_consent_days', '3653'),
  -- What texts say, in days; null: for ever. Then the words and the attachments go, and the row stays.
  ('texts_days', 'null'),
  -- Tries of an assistant a day, of all users together, and of those who have neither account nor number. Null: no ceiling.
  ('previews_per_day', '5000'),
  ('trial_previews_per_day', '200'),
  ('listing_interval_seconds', '300'),
  ('listing_overlap_seconds', '3600');

create function sms_private.setting(setting_name text)
returns jsonb
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return (
    select s.value from sms_private.settings s where s.name = setting_name);
end
$$;
comment on function sms_private.setting is 'The value of one setting, or null.';

create function sms_private.words_in(setting_name text, language text)
returns text
language plpgsql stable set search_path = ''
as $$
declare
  words jsonb := sms_private.setting(setting_name);
begin
  if jsonb_typeof(words) = 'object' then
    words := coalesce(words -> lower(language), words -> lower(split_part(language, '-', 1)), words -> 'en');
  end if;
  return coalesce(words #>> '{}', '');
end
$$;
comment on function sms_private.words_in is
  'A sentence that is kept by language, in the language of a tag such as pt-BR, else of pt, else in English; the one sentence where the setting is one.';

create function sms_private.span_setting(setting_name text)
returns interval
language plpgsql stable set search_path = ''
as $$
begin
  return make_interval(secs => (sms_private.setting(setting_name) #>> '{}')::float8);
end
$$;
comment on function sms_private.span_setting is 'A setting in seconds, as an interval; null for a setting of null.';
