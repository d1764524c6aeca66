-- Reactions: a thumb on a bubble of an iPhone arrives as a text, "Liked “We open at nine.”".

-- Google's app puts invisible marks around the words.
create function sms_private.visible_words(body text)
returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return btrim(regexp_replace(regexp_replace(body, '[\u200A-\u200F\u2060\uFEFF]', '', 'g'), '[\s\u00A0\u202F]+', ' ', 'g'));
end
$$;
comment on function sms_private.visible_words is 'A text without invisible marks, and with one plain space where any spaces were.';

-- Apple's words in several languages, and Google's form; where they are from: docs/compatibility.md. The quote is straight or
-- curly, as the telephone's language has it. The whole text must be a reaction: "Liked it" is none.
create function sms_private.is_reaction(body text)
returns boolean
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  words text;
begin
  -- Most texts end here: no quote near the end, and none of the words before an attachment.
  if right(body, 60) !~ '["”“»’''＂」』]\.?[\s\u00A0\u200A-\u200F\u202F\u2060\uFEFF]*$|hinzugefügt|reagiert|しました|제거함'
    and body !~ '^(Loved|Liked|Disliked|Laughed|Emphasi|Questioned|Reacted|Removed|Le |A )' then
    return false;
  end if;
  words := sms_private.visible_words(body);
  return words ~ ('^('
      -- English
      'Loved|Liked|Disliked|Laughed at|Emphasi[sz]ed|Questioned|Reacted .{1,40} to|Removed .{1,40} from|[^[:alnum:]]{1,16} to|'
      -- French
      'A aimé|A adoré|N[''’]a pas aimé|A ri de|A mis en évidence|A souligné|A posé une question sur|S[''’]est interrogé(\(?e\)?)? sur|'
      'A réagi avec .{1,40} à|[Aa] ajouté un .{1,20} à|[Aa] attribué la mention .{1,30} à|A retiré .{1,40} de|'
      -- Spanish
      'Le (gustó|gusta|encantó|encanta|dio risa|hace gracia)|No le (gustó|gusta)|Se rió de|Enfatizó|Destacó|Exclamó por|Dudó sobre|'
      '(Reaccionó|Se ha reaccionado|Ha reaccionado) con .{1,40} a|(Eliminó|Quitó|Ha eliminado) .{1,40} de|'
      -- Italian, German
      'Ha aggiunto un .{1,30} a|Ha rea?gito con .{1,40} a|Ha rimosso .{1,40} da|Gefällt|Gefällt nicht|Entfernte .{1,40} aus|'
      -- Russian
      'Очень понравилось|Понравилось|Не понравилось|Посмеялись над|Отмечено|Поставлен вопрос на|Реакция .{1,20} на|'
      -- Polish
      'Pokochała?|Polubiła?|Znielubiła?|Zaśmiała? się z|Podkreśliła?|Zakwestionowała?|Zareagowała? .{1,40} na|Usunęła .{1,40} z|Usunął .{1,40} z|'
      -- Czech
      'Milovaný|Líbilo se|Nelíbí se|Smála? se|Zdůrazněno|Otázka|Reagovala? .{1,40} na|(Odstraněno|Odebrán|Odstraněn|Odstranila? jsem) .{1,40} z|'
      -- Hungarian
      'szívecske erre:|kedveli:|nem kedveli:|nevetett rajta:|kiemelte:|kérdezte:|.{1,20} reagált erre:|.{1,30} eltávolítva (innen|erről):'
      ') ?["“„«‘''＂「『].*["”“»’''＂」』]\.?$')
    -- Languages that put the verb last.
    or words ~ '^["“„«‘‚].*["”“»’](\.)? (ein(en)? .{1,30} hinzugefügt|mit .{1,20} reagiert)$'
    or words ~ '^["“「『‘].*["”」』’](に.{1,20}でリアクションしました|에서 .{1,20} 표시 제거함)$'
    -- On an attachment there is nothing to quote.
    or words ~ '^(Loved|Liked|Disliked|Laughed at|Emphasi[sz]ed|Questioned|Reacted .{1,40} to|Removed .{1,40} from) (an image|a photo|a movie|a video|an attachment|an audio message|a voice message|a sticker|a link|a location|a contact)$'
    or words ~ '^(Le (gustó|encantó|dio risa)|Exclamó por|Dudó sobre) una? (imagen|foto|película|video|vídeo|archivo adjunto|mensaje de audio)$'
    or words ~ '^(A aimé|A adoré|N[''’]a pas aimé|A ri de) une? (image|photo|vidéo|pièce jointe|message audio)$';
end
$$;
comment on function sms_private.is_reaction is
  'Whether a text is a reaction to another one, as an iPhone or Google''s app sends it to somebody who has no iPhone.';

-- Somebody may write "Loved "Dune". Can I book a table?", and must not be overheard.
create function sms_private.reacts_to_us(number_id uuid, contact uuid, body text)
returns boolean
language plpgsql stable set search_path = ''
as $$
declare
  words text := sms_private.visible_words(body);
  quoted text := rtrim(substring(words from '["“„«‘''＂「『‚](.*)["”“»’''＂」』]'), '….  ');
begin
  return exists (
    select from public.sms_conversations c
    join public.sms_messages m on m.conversation_id = c.id and m.seq > c.last_seq - 200
    where c.phone_number_id = number_id and c.contact_id = contact and m.kind <> 'reaction'
      and (quoted is null
        or starts_with(sms_private.visible_words(m.body), quoted)));
end
$$;
comment on function sms_private.reacts_to_us is
  'Whether what a reaction quotes is the beginning of a text of a conversation with this contact; of an attachment, whether there is a conversation.';
