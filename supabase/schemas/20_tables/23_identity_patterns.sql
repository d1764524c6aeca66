-- What says "I am a person", what asks it, and what says "I am a machine". Data, so that it can grow without code. Each text is
-- read folded (sms_private.plain_letters): small letters without marks, a blank around each word, " . " and " ? " after sentences.

create table sms_private.identity_patterns (
  language text primary key check (language ~ '^[a-z]{2}$'),
  triggers text[] not null check (cardinality(triggers) > 0),
  claims text not null,
  questions text not null,
  honest text not null
);
comment on table sms_private.identity_patterns is
  'By language: how a machine would claim to be a person, how a contact asks whether it is one, and how a machine says the truth.';
comment on column sms_private.identity_patterns.language is 'ISO 639-1.';
comment on column sms_private.identity_patterns.triggers is 'LIKE patterns; a text that has none of them is not read in this language.';
comment on column sms_private.identity_patterns.claims is 'Regular expression: an answer that claims to be a person, or to be no machine.';
comment on column sms_private.identity_patterns.questions is 'Regular expression: a contact who asks whether they text with a person or a machine.';
comment on column sms_private.identity_patterns.honest is 'Regular expression: an answer that says it is a machine.';
