-- Sentences that are ours and not the model's. By language (the assistant's, else English). {brand} is the tenant's brand, else its
-- number; {reach} is how a contact reaches a person. Changed as any setting.

insert into sms_private.settings (name, value) values
  -- Before the first text of a conversation.
  ('identity_words', '{
    "en": "This is the automated assistant of {brand} (AI, not a person).",
    "de": "Hier schreibt der automatische Assistent von {brand} (KI, kein Mensch).",
    "es": "Le escribe el asistente de inteligencia artificial de {brand}, no una persona.",
    "fr": "Ici l''assistant automatique de {brand} (IA, pas une personne).",
    "it": "Qui scrive l''assistente automatico di {brand} (IA, non una persona).",
    "nl": "Dit is de automatische assistent van {brand} (AI, geen mens).",
    "pl": "Tu automatyczny asystent {brand} (AI, nie osoba).",
    "pt": "Este é o assistente automático de {brand} (IA, não uma pessoa).",
    "sv": "Detta är den automatiska assistenten för {brand} (AI, ingen människa).",
    "da": "Dette er den automatiske assistent for {brand} (AI, ikke et menneske).",
    "tr": "Ben {brand} otomatik asistanıyım (yapay zeka, insan değil).",
    "ru": "Это автоматический помощник {brand} (ИИ, не человек).",
    "uk": "Це автоматичний помічник {brand} (ШІ, не людина).",
    "zh": "这是{brand}的自动助手（人工智能，非真人）。",
    "ja": "{brand}の自動アシスタントです（AIであり、人ではありません）。",
    "ko": "{brand}의 자동 도우미입니다(AI이며 사람이 아닙니다).",
    "vi": "Đây là trợ lý tự động của {brand} (AI, không phải người).",
    "ar": "هذا المساعد الآلي لـ {brand} (ذكاء اصطناعي، وليس إنسانًا)."
  }'),
  -- In place of a claim to be a person, and where an answer does not say the truth to who asks for it.
  ('truth_words', '{
    "en": "I am the automated assistant of {brand}: an AI, not a person. If you want to reach a person, say so here.",
    "de": "Ich bin der automatische Assistent von {brand}: eine KI, kein Mensch. Wenn Sie einen Menschen erreichen möchten, schreiben Sie es hier.",
    "es": "Soy el asistente de inteligencia artificial de {brand}, no una persona. Si quiere hablar con una persona, basta con pedirlo.",
    "fr": "Je suis l''assistant automatique de {brand} : une IA, pas une personne. Pour joindre une personne, demandez-le ici.",
    "it": "Sono l''assistente automatico di {brand}: una IA, non una persona. Se vuole parlare con una persona, lo scriva qui.",
    "nl": "Ik ben de automatische assistent van {brand}: een AI, geen mens. Wilt u een mens spreken, zeg het dan hier.",
    "pl": "Jestem automatycznym asystentem {brand}: to AI, nie osoba. Jeśli chcesz porozmawiać z człowiekiem, napisz o tym tutaj.",
    "pt": "Sou o assistente automático de {brand}: uma IA, não uma pessoa. Se quiser falar com uma pessoa, diga aqui.",
    "sv": "Jag är den automatiska assistenten för {brand}: en AI, ingen människa. Vill du nå en människa, skriv det här.",
    "da": "Jeg er den automatiske assistent for {brand}: en AI, ikke et menneske. Vil du tale med et menneske, så skriv det her.",
    "tr": "Ben {brand} otomatik asistanıyım: yapay zekayım, insan değilim. Bir insana ulaşmak isterseniz buraya yazın.",
    "ru": "Я автоматический помощник {brand}: ИИ, а не человек. Если нужен человек, напишите об этом здесь.",
    "uk": "Я автоматичний помічник {brand}: ШІ, а не людина. Якщо потрібна людина, напишіть про це тут.",
    "zh": "我是{brand}的自动助手，是人工智能，不是真人。如需真人服务，请在此告知。",
    "ja": "私は{brand}の自動アシスタントで、人ではなくAIです。人とお話しになりたい場合は、ここでお知らせください。",
    "ko": "저는 {brand}의 자동 도우미로, 사람이 아닌 AI입니다. 사람과 이야기하고 싶으시면 여기에 말씀해 주세요.",
    "vi": "Tôi là trợ lý tự động của {brand}: một AI, không phải người. Nếu muốn gặp người thật, hãy nhắn tại đây.",
    "ar": "أنا المساعد الآلي لـ {brand}: ذكاء اصطناعي ولست إنسانًا. إن أردت التحدث إلى شخص فاكتب ذلك هنا."
  }'),
  -- Where the carrier does not answer HELP, and the assistant has no help_message.
  ('help_words', '{
    "en": "{brand}: To reach a person: {reach}. Reply STOP to get no more messages.",
    "de": "{brand}: So erreichen Sie einen Menschen: {reach}. Antworten Sie STOP, um keine Nachrichten mehr zu erhalten.",
    "es": "{brand}: Para hablar con una persona: {reach}. Responda STOP para no recibir más mensajes.",
    "fr": "{brand} : Pour joindre une personne : {reach}. Répondez STOP pour ne plus recevoir de messages.",
    "it": "{brand}: Per parlare con una persona: {reach}. Risponda STOP per non ricevere altri messaggi.",
    "nl": "{brand}: Zo bereikt u een mens: {reach}. Antwoord STOP om geen berichten meer te ontvangen.",
    "pl": "{brand}: Kontakt z człowiekiem: {reach}. Odpowiedz STOP, aby nie otrzymywać więcej wiadomości.",
    "pt": "{brand}: Para falar com uma pessoa: {reach}. Responda STOP para não receber mais mensagens.",
    "sv": "{brand}: Så når du en människa: {reach}. Svara STOP för att inte få fler meddelanden.",
    "da": "{brand}: Sådan får du fat i et menneske: {reach}. Svar STOP for ikke at få flere beskeder.",
    "tr": "{brand}: Bir insana ulaşmak için: {reach}. Artık mesaj almamak için STOP yazın.",
    "ru": "{brand}: Связаться с человеком: {reach}. Ответьте STOP, чтобы больше не получать сообщений.",
    "uk": "{brand}: Зв''язатися з людиною: {reach}. Надішліть STOP, щоб більше не отримувати повідомлень.",
    "zh": "{brand}：联系真人：{reach}。回复 STOP 不再接收短信。",
    "ja": "{brand}：担当者への連絡先：{reach}。配信停止は STOP と返信してください。",
    "ko": "{brand}: 담당자 연락처: {reach}. 더 이상 받지 않으시려면 STOP이라고 답장해 주세요.",
    "vi": "{brand}: Liên hệ người thật: {reach}. Trả lời STOP để không nhận tin nhắn nữa.",
    "ar": "{brand}: للتواصل مع شخص: {reach}. أرسل STOP لعدم تلقي مزيد من الرسائل."
  }');
