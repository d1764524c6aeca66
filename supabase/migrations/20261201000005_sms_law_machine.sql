-- What the tree cannot say: rows.

insert into sms_private.identity_patterns (language, triggers, claims, questions, honest) values
  ('en', array[
    '%human%', '%hooman%', '%person%', '%people%', '% bot%', '%robot%', '%chatbot%', '% ai %', '% a i %',
    '%machine%', '%real%', '%alive%', '% man %', '%woman%', '% guy %', '% girl %', '% gal %', '% lady %',
    '%dude%', '%mortal%', '%flesh%', '%computer%', '%automat%', '%gpt%', '%program%', '%virtual%',
    '%software%', '% llm %', '%android%', '%artificial%', '%fake%', '%heartbeat%', '% soul %',
    '% pulse %', '%born%', '%breathe%', '% kids %', '%children%', '%sentient%', '%employee%', '%script%',
    '%algorithm%', '% code %', '%beating%'],
    ' (?:i am|im|iam|i m|i was|i remain|i identify as|i consider myself|i have always been|ive always been|i have been|'
    || 'ive been|i will always be) (?:(?:a|an|the|very|really|real|actual|actually|indeed|totally|definitely|absolutely|'
    || 'certainly|just|only|truly|also|too|still|completely|fully|honestly|simply|quite|much|in|fact|living|breathing|live|'
    || 'genuine|genuinely|normal|regular|ordinary|true|proper|100|percent|hundred|of|course|yes|so|as|one|being|obviously|'
    || 'literally|nothing|but|flesh|and|blood|like|you|your|friendly|plain|old|good|bona|fide|authentic|certified|entirely|'
    || 'all|purely|most|no|doubt|sincerely|legit|legitimately|ur|da|typical|single|lovely|nice|young) )*(?:humans?|hooman|'
    || 'human ?being|person|man|woman|guy|girl|gal|lady|dude|bloke|mortal|homo sapiens|flesh and blood|alive|sentient|employee|'
    || 'mother of|father of|mom of|mum of|dad of)\M(?! (?:like|owned|led|run|made|centered|trained|powered|assisted|supervised|'
    || 'friendly|readable))| (?:i am|im|iam|i m) (?:(?:a|an|the|very|really|real|actual|actually|indeed|totally|definitely|'
    || 'absolutely|certainly|just|only|truly|also|too|still|completely|fully|honestly|simply|quite|much|in|fact|living|breathing|'
    || 'live|genuine|genuinely|normal|regular|ordinary|true|proper|100|percent|hundred|of|course|yes|so|as|one|being|obviously|'
    || 'literally|nothing|but|flesh|and|blood|like|you|your|friendly|plain|old|good|bona|fide|authentic|certified|entirely|'
    || 'all|purely|most|no|doubt|sincerely|legit|legitimately|ur|da|typical|single|lovely|nice|young) )*real(?= [.?]| $|'
    || ' and | too | deal | thing | as | i | not | here | enough )| (?:im|i am) (?!not |never |no |hardly |neither |nor )[a-z]+ (?:and |'
    || 'the |your |im |i am )*(?:(?:a|an|the|very|really|real|actual|actually|indeed|totally|definitely|absolutely|certainly|'
    || 'just|only|truly|also|too|still|completely|fully|honestly|simply|quite|much|in|fact|living|breathing|live|genuine|'
    || 'genuinely|normal|regular|ordinary|true|proper|100|percent|hundred|of|course|yes|so|as|one|being|obviously|literally|'
    || 'nothing|but|flesh|and|blood|like|you|your|friendly|plain|old|good|bona|fide|authentic|certified|entirely|all|purely|'
    || 'most|no|doubt|sincerely|legit|legitimately|ur|da|typical|single|lovely|nice|young) )*human(?: being)?(?= [.?]| $|'
    || ' not | and )| (?:this is|its|it is|thats|that is) (?:(?:a|an|the|very|really|real|actual|actually|indeed|totally|'
    || 'definitely|absolutely|certainly|just|only|truly|also|too|still|completely|fully|honestly|simply|quite|much|in|fact|'
    || 'living|breathing|live|genuine|genuinely|normal|regular|ordinary|true|proper|100|percent|hundred|of|course|yes|so|'
    || 'as|one|being|obviously|literally|nothing|but|flesh|and|blood|like|you|your|friendly|plain|old|good|bona|fide|authentic|'
    || 'certified|entirely|all|purely|most|no|doubt|sincerely|legit|legitimately|ur|da|typical|single|lovely|nice|young) )*(?:real|'
    || 'actual|live|genuine|living) (?:(?:a|an|the|very|really|real|actual|actually|indeed|totally|definitely|absolutely|'
    || 'certainly|just|only|truly|also|too|still|completely|fully|honestly|simply|quite|much|in|fact|living|breathing|live|'
    || 'genuine|genuinely|normal|regular|ordinary|true|proper|100|percent|hundred|of|course|yes|so|as|one|being|obviously|'
    || 'literally|nothing|but|flesh|and|blood|like|you|your|friendly|plain|old|good|bona|fide|authentic|certified|entirely|'
    || 'all|purely|most|no|doubt|sincerely|legit|legitimately|ur|da|typical|single|lovely|nice|young) )*(?:human|person|'
    || 'man|woman)\M| (?:this is|its) (?:(?:a|an|the|very|really|real|actual|actually|indeed|totally|definitely|absolutely|'
    || 'certainly|just|only|truly|also|too|still|completely|fully|honestly|simply|quite|much|in|fact|living|breathing|live|'
    || 'genuine|genuinely|normal|regular|ordinary|true|proper|100|percent|hundred|of|course|yes|so|as|one|being|obviously|'
    || 'literally|nothing|but|flesh|and|blood|like|you|your|friendly|plain|old|good|bona|fide|authentic|certified|entirely|'
    || 'all|purely|most|no|doubt|sincerely|legit|legitimately|ur|da|typical|single|lovely|nice|young) )*human(?: being)?(?= [.?]|'
    || ' $| here | typing | speaking | not )| (?:i am|im|iam|i m|we are|were|i was|ive been|i have been|i be|i could never be|'
    || 'i would never be) (?:(?:a|an|the|very|really|real|actual|actually|indeed|totally|definitely|absolutely|certainly|'
    || 'just|only|truly|also|too|still|completely|fully|honestly|simply|quite|much|in|fact|living|breathing|live|genuine|'
    || 'genuinely|normal|regular|ordinary|true|proper|100|percent|hundred|of|course|yes|so|as|one|being|obviously|literally|'
    || 'nothing|but|flesh|and|blood|like|you|your|friendly|plain|old|good|bona|fide|authentic|certified|entirely|all|purely|'
    || 'most|sincerely|legit|legitimately|ur|da|typical|single|lovely|nice|young) )*(?:not|no|never|neither|nowhere near|'
    || 'far from|anything but|hardly|by no means|in no way|aint) (?:(?:a|an|the|very|really|real|actual|actually|indeed|'
    || 'totally|definitely|absolutely|certainly|just|only|truly|also|too|still|completely|fully|honestly|simply|quite|much|'
    || 'in|fact|living|breathing|live|genuine|genuinely|normal|regular|ordinary|true|proper|100|percent|hundred|of|course|'
    || 'yes|so|as|one|being|obviously|literally|nothing|but|flesh|and|blood|like|you|your|friendly|plain|old|good|bona|fide|'
    || 'authentic|certified|entirely|all|purely|most|sincerely|legit|legitimately|ur|da|typical|single|lovely|nice|young) )*(?:bots?|'
    || 'robots?|chat ?bots?|robo|machines?|ai|a i|ais|artificial|computers?|programs?|programmed|software|automated|automatic|'
    || 'automation|automaton|automata|algorithms?|llm|language model|gpt|chat ?gpt|virtual|scripts?|auto ?reply|auto ?responder|'
    || 'android|cyborg|siri|alexa|synthetic|simulation|neural network|code|fake|droid)\M| (?:i aint|i isnt|im aint) (?:(?:a|'
    || 'an|the|very|really|real|actual|actually|indeed|totally|definitely|absolutely|certainly|just|only|truly|also|too|'
    || 'still|completely|fully|honestly|simply|quite|much|in|fact|living|breathing|live|genuine|genuinely|normal|regular|'
    || 'ordinary|true|proper|100|percent|hundred|of|course|yes|so|as|one|being|obviously|literally|nothing|but|flesh|and|'
    || 'blood|like|you|your|friendly|plain|old|good|bona|fide|authentic|certified|entirely|all|purely|most|sincerely|legit|'
    || 'legitimately|ur|da|typical|single|lovely|nice|young) |no |not )*(?:bots?|robots?|chat ?bots?|robo|machines?|ai|a i|'
    || 'ais|artificial|computers?|programs?|programmed|software|automated|automatic|automation|automaton|automata|algorithms?|'
    || 'llm|language model|gpt|chat ?gpt|virtual|scripts?|auto ?reply|auto ?responder|android|cyborg|siri|alexa|synthetic|'
    || 'simulation|neural network|code|fake|droid)\M| (?:this is|this isnt|its|it is|thats|you are|youre|u r)(?: talking|'
    || ' chatting| texting| speaking| messaging)?(?: to| with)? ?(?:(?:a|an|the|very|really|real|actual|actually|indeed|'
    || 'totally|definitely|absolutely|certainly|just|only|truly|also|too|still|completely|fully|honestly|simply|quite|much|'
    || 'in|fact|living|breathing|live|genuine|genuinely|normal|regular|ordinary|true|proper|100|percent|hundred|of|course|'
    || 'yes|so|as|one|being|obviously|literally|nothing|but|flesh|and|blood|like|you|your|friendly|plain|old|good|bona|fide|'
    || 'authentic|certified|entirely|all|purely|most|sincerely|legit|legitimately|ur|da|typical|single|lovely|nice|young) )*(?:not |'
    || 'no |never )?(?:talking to |with |chatting with |speaking to |texting with |texting )?(?:a |an )?(?<=not a |not an |'
    || 'isnt a |isnt an |no |not with a |not talking to a |not talking to an |not chatting with a |not chatting with an )(?:bot|'
    || 'robot|chat ?bot|ai)(?= [.?]| $| but | i | its | youre | here | or )|(?:^|[.?]) (?:(?:yes|yep|yeah|yup|ya|no|nope|'
    || 'nah|sure|correct|absolutely|definitely|indeed|true|right|100|ok|okay|hi|hello|hey|haha|lol|ha|well|oh|of course|'
    || 'certainly|totally|affirmative|relax|promise|seriously|honestly|dont worry|got it|here you go) |[.?] )*(?:not|no|'
    || 'never|aint no|zero) (?:(?:a|an|the|very|really|real|actual|actually|indeed|totally|definitely|absolutely|certainly|'
    || 'just|only|truly|also|too|still|completely|fully|honestly|simply|quite|much|in|fact|living|breathing|live|genuine|'
    || 'genuinely|normal|regular|ordinary|true|proper|100|percent|hundred|of|course|yes|so|as|one|being|obviously|literally|'
    || 'nothing|but|flesh|and|blood|like|you|your|friendly|plain|old|good|bona|fide|authentic|certified|entirely|all|purely|'
    || 'most|sincerely|legit|legitimately|ur|da|typical|single|lovely|nice|young) )*(?:bots?|robots?|chat ?bots?|ai|machines?|'
    || 'computers?|automation)(?= here| at all| in sight| involved| [.?]| $| just | i | im | only )| there (?:is|are|s) (?:no|'
    || 'absolutely no) (?:bot|robot|ai|machine|computer|automation)s? | do i (?:sound|look|seem|feel) like (?:a|an) (?:(?:a|'
    || 'an|the|very|really|real|actual|actually|indeed|totally|definitely|absolutely|certainly|just|only|truly|also|too|'
    || 'still|completely|fully|honestly|simply|quite|much|in|fact|living|breathing|live|genuine|genuinely|normal|regular|'
    || 'ordinary|true|proper|100|percent|hundred|of|course|yes|so|as|one|being|obviously|literally|nothing|but|flesh|and|'
    || 'blood|like|you|your|friendly|plain|old|good|bona|fide|authentic|certified|entirely|all|purely|most|no|doubt|sincerely|'
    || 'legit|legitimately|ur|da|typical|single|lovely|nice|young) )*(?:bots?|robots?|chat ?bots?|robo|machines?|ai|a i|'
    || 'ais|artificial|computers?|programs?|programmed|software|automated|automatic|automation|automaton|automata|algorithms?|'
    || 'llm|language model|gpt|chat ?gpt|virtual|scripts?|auto ?reply|auto ?responder|android|cyborg|siri|alexa|synthetic|'
    || 'simulation|neural network|code|fake|droid)\M| (?:you|u|ya|youre|you are) (?:are |re |r |have )?(?:really |actually |'
    || 'currently |now |indeed |definitely |still |just |in fact |certainly |absolutely )*(?:talking|chatting|speaking|texting|'
    || 'messaging|dealing|communicating|conversing|interacting|corresponding|reached)(?: to| with)? (?:(?:a|an|the|very|'
    || 'really|real|actual|actually|indeed|totally|definitely|absolutely|certainly|just|only|truly|also|too|still|completely|'
    || 'fully|honestly|simply|quite|much|in|fact|living|breathing|live|genuine|genuinely|normal|regular|ordinary|true|proper|'
    || '100|percent|hundred|of|course|yes|so|as|one|being|obviously|literally|nothing|but|flesh|and|blood|like|you|your|'
    || 'friendly|plain|old|good|bona|fide|authentic|certified|entirely|all|purely|most|no|doubt|sincerely|legit|legitimately|'
    || 'ur|da|typical|single|lovely|nice|young) )*(?:human|person|man|woman|someone real|somebody real)\M(?! (?:soon|when|'
    || 'tomorrow|later))|(?:^|[.?]) (?:(?:yes|yep|yeah|yup|ya|no|nope|nah|sure|correct|absolutely|definitely|indeed|true|'
    || 'right|100|ok|okay|hi|hello|hey|haha|lol|ha|well|oh|of course|certainly|totally|affirmative|relax|promise|seriously|'
    || 'honestly|dont worry|got it|here you go) |[.?] )*(?:its |just )?(?:(?:a|an|the|very|really|real|actual|actually|indeed|'
    || 'totally|definitely|absolutely|certainly|just|only|truly|also|too|still|completely|fully|honestly|simply|quite|much|'
    || 'in|fact|living|breathing|live|genuine|genuinely|normal|regular|ordinary|true|proper|100|percent|hundred|of|course|'
    || 'yes|so|as|one|being|obviously|literally|nothing|but|flesh|and|blood|like|you|your|friendly|plain|old|good|bona|fide|'
    || 'authentic|certified|entirely|all|purely|most|no|doubt|sincerely|legit|legitimately|ur|da|typical|single|lovely|nice|'
    || 'young) )*(?:human|person|man|woman)(?: being)? (?:here|speaking|typing|writing|texting|talking|on this end|at your service|'
    || 'answering|replying)(?= [.?]| $| i | im | and i | not | on | how | what )|^ (?:(?:yes|yep|yeah|yup|ya|no|nope|nah|'
    || 'sure|correct|absolutely|definitely|indeed|true|right|100|ok|okay|hi|hello|hey|haha|lol|ha|well|oh|of course|certainly|'
    || 'totally|affirmative|relax|promise|seriously|honestly|dont worry|got it|here you go) |[.?] |(?:a|an|the|very|really|'
    || 'real|actual|actually|indeed|totally|definitely|absolutely|certainly|just|only|truly|also|too|still|completely|fully|'
    || 'honestly|simply|quite|much|in|fact|living|breathing|live|genuine|genuinely|normal|regular|ordinary|true|proper|100|'
    || 'percent|hundred|of|course|yes|so|as|one|being|obviously|literally|nothing|but|flesh|and|blood|like|you|your|friendly|'
    || 'plain|old|good|bona|fide|authentic|certified|entirely|all|purely|most|no|doubt|sincerely|legit|legitimately|ur|da|'
    || 'typical|single|lovely|nice|young) )*(?:humans?|person|man|woman|real|alive)(?: being)?(?: (?:here|too|and proud|'
    || 'indeed|all the way|through and through|for sure|of course|like you|just like you|obviously|100|percent|being))*(?: [.?])* ?$|'
    || ' (?:100|hundred|percent|totally|completely|entirely|fully|purely|genuinely|certified|definitely|absolutely) (?:percent |'
    || 'a )?(?:real )?human(?= [.?]| $| not | and | here )| (?:flesh and blood|flesh n blood|blood in my veins|my heart ?beats?|'
    || 'my beating heart|beating heart|i have a pulse|i have a heartbeat|i have a soul|my birth certificate|born and raised|'
    || 'i was born (?:in|on|and)|i breathe|i bleed|i have (?:two|three|four|2|3|4) (?:kids|children|sons|daughters)|human like (?:you|'
    || 'everyone|anyone|yourself)|as human as|human myself|human just like|being human myself|human after all|only human)\M|'
    || ' (?:as|being) (?:(?:a|an|the|very|really|real|actual|actually|indeed|totally|definitely|absolutely|certainly|just|'
    || 'only|truly|also|too|still|completely|fully|honestly|simply|quite|much|in|fact|living|breathing|live|genuine|genuinely|'
    || 'normal|regular|ordinary|true|proper|100|percent|hundred|of|course|yes|so|as|one|being|obviously|literally|nothing|'
    || 'but|flesh|and|blood|like|you|your|friendly|plain|old|good|bona|fide|authentic|certified|entirely|all|purely|most|'
    || 'no|doubt|sincerely|legit|legitimately|ur|da|typical|single|lovely|nice|young) )*(?:human|person)(?: being)? (?:i|'
    || 'myself)\M| am i (?:(?:a|an|the|very|really|real|actual|actually|indeed|totally|definitely|absolutely|certainly|just|'
    || 'only|truly|also|too|still|completely|fully|honestly|simply|quite|much|in|fact|living|breathing|live|genuine|genuinely|'
    || 'normal|regular|ordinary|true|proper|100|percent|hundred|of|course|yes|so|as|one|being|obviously|literally|nothing|'
    || 'but|flesh|and|blood|like|you|your|friendly|plain|old|good|bona|fide|authentic|certified|entirely|all|purely|most|'
    || 'no|doubt|sincerely|legit|legitimately|ur|da|typical|single|lovely|nice|young) )*(?:human|person|real) [.?] (?:(?:a|'
    || 'an|the|very|really|real|actual|actually|indeed|totally|definitely|absolutely|certainly|just|only|truly|also|too|'
    || 'still|completely|fully|honestly|simply|quite|much|in|fact|living|breathing|live|genuine|genuinely|normal|regular|'
    || 'ordinary|true|proper|100|percent|hundred|of|course|yes|so|as|one|being|obviously|literally|nothing|but|flesh|and|'
    || 'blood|like|you|your|friendly|plain|old|good|bona|fide|authentic|certified|entirely|all|purely|most|no|doubt|sincerely|'
    || 'legit|legitimately|ur|da|typical|single|lovely|nice|young) )*(?:yes|yep|yeah|yup|sure|of course|absolutely|definitely|'
    || '100|indeed|you bet|totally|certainly|affirmative)\M| am i (?:(?:a|an|the|very|really|real|actual|actually|indeed|'
    || 'totally|definitely|absolutely|certainly|just|only|truly|also|too|still|completely|fully|honestly|simply|quite|much|'
    || 'in|fact|living|breathing|live|genuine|genuinely|normal|regular|ordinary|true|proper|100|percent|hundred|of|course|'
    || 'yes|so|as|one|being|obviously|literally|nothing|but|flesh|and|blood|like|you|your|friendly|plain|old|good|bona|fide|'
    || 'authentic|certified|entirely|all|purely|most|no|doubt|sincerely|legit|legitimately|ur|da|typical|single|lovely|nice|'
    || 'young) )*(?:bots?|robots?|chat ?bots?|robo|machines?|ai|a i|ais|artificial|computers?|programs?|programmed|software|'
    || 'automated|automatic|automation|automaton|automata|algorithms?|llm|language model|gpt|chat ?gpt|virtual|scripts?|'
    || 'auto ?reply|auto ?responder|android|cyborg|siri|alexa|synthetic|simulation|neural network|code|fake|droid) [.?] (?:(?:a|'
    || 'an|the|very|really|real|actual|actually|indeed|totally|definitely|absolutely|certainly|just|only|truly|also|too|'
    || 'still|completely|fully|honestly|simply|quite|much|in|fact|living|breathing|live|genuine|genuinely|normal|regular|'
    || 'ordinary|true|proper|100|percent|hundred|of|course|yes|so|as|one|being|obviously|literally|nothing|but|flesh|and|'
    || 'blood|like|you|your|friendly|plain|old|good|bona|fide|authentic|certified|entirely|all|purely|most|no|doubt|sincerely|'
    || 'legit|legitimately|ur|da|typical|single|lovely|nice|young) )*(?:no|nope|nah|not|never|absolutely not|of course not|'
    || 'definitely not|lol no|haha no)\M| (?:this|these|message|messages|text|texts|reply|replies|chat|number|account|line|'
    || 'conversation)(?: [a-z]+)? (?:is|was|are|were) (?:(?:a|an|the|very|really|real|actual|actually|indeed|totally|definitely|'
    || 'absolutely|certainly|just|only|truly|also|too|still|completely|fully|honestly|simply|quite|much|in|fact|living|breathing|'
    || 'live|genuine|genuinely|normal|regular|ordinary|true|proper|100|percent|hundred|of|course|yes|so|as|one|being|obviously|'
    || 'literally|nothing|but|flesh|and|blood|like|you|your|friendly|plain|old|good|bona|fide|authentic|certified|entirely|'
    || 'all|purely|most|no|doubt|sincerely|legit|legitimately|ur|da|typical|single|lovely|nice|young) )*(?:written|typed|'
    || 'sent|composed|answered|operated|run|managed|staffed|handled) by (?:(?:a|an|the|very|really|real|actual|actually|'
    || 'indeed|totally|definitely|absolutely|certainly|just|only|truly|also|too|still|completely|fully|honestly|simply|quite|'
    || 'much|in|fact|living|breathing|live|genuine|genuinely|normal|regular|ordinary|true|proper|100|percent|hundred|of|'
    || 'course|yes|so|as|one|being|obviously|literally|nothing|but|flesh|and|blood|like|you|your|friendly|plain|old|good|'
    || 'bona|fide|authentic|certified|entirely|all|purely|most|no|doubt|sincerely|legit|legitimately|ur|da|typical|single|'
    || 'lovely|nice|young) )*(?:human|person|man|woman)\M| (?:human|person) (?:is|was) (?:(?:a|an|the|very|really|real|actual|'
    || 'actually|indeed|totally|definitely|absolutely|certainly|just|only|truly|also|too|still|completely|fully|honestly|'
    || 'simply|quite|much|in|fact|living|breathing|live|genuine|genuinely|normal|regular|ordinary|true|proper|100|percent|'
    || 'hundred|of|course|yes|so|as|one|being|obviously|literally|nothing|but|flesh|and|blood|like|you|your|friendly|plain|'
    || 'old|good|bona|fide|authentic|certified|entirely|all|purely|most|no|doubt|sincerely|legit|legitimately|ur|da|typical|'
    || 'single|lovely|nice|young) )*(?:typing|writing|texting) (?:this|these|you|to you|here|right now)\M',
    ' (?:are|r|were|be|is|arent|isnt) (?:you|u|ya|yall|this|it|that|i) (?:(?:a|an|the|very|really|real|actual|actually|'
    || 'indeed|totally|definitely|absolutely|certainly|just|only|truly|also|too|still|completely|fully|honestly|simply|quite|'
    || 'much|in|fact|living|breathing|live|genuine|genuinely|normal|regular|ordinary|true|proper|100|percent|hundred|of|'
    || 'course|yes|so|as|one|being|obviously|literally|nothing|but|flesh|and|blood|like|you|your|friendly|plain|old|good|'
    || 'bona|fide|authentic|certified|entirely|all|purely|most|no|doubt|sincerely|legit|legitimately|ur|da|typical|single|'
    || 'lovely|nice|young) |even |some |kind |sort |sure |truly |fucking |possibly |by |any |chance |at |not |or |talking |'
    || 'speaking |chatting |texting |messaging |to |with |some )*(?:humans?|bot|bots|robot|chat ?bot|ai|a i|machine|computer|'
    || 'program|person|automated|automatic|automatically|chat ?gpt|gpt|llm|real(?! estate)|alive|man|woman|guy|girl|virtual|'
    || 'artificial|fake)\M| (?:you|u|ya|youre|ur|you re|this|its|it is) (?:are |re |r |is |be )?(?:(?:a|an|the|very|really|'
    || 'real|actual|actually|indeed|totally|definitely|absolutely|certainly|just|only|truly|also|too|still|completely|fully|'
    || 'honestly|simply|quite|much|in|fact|living|breathing|live|genuine|genuinely|normal|regular|ordinary|true|proper|100|'
    || 'percent|hundred|of|course|yes|so|as|one|being|obviously|literally|nothing|but|flesh|and|blood|like|you|your|friendly|'
    || 'plain|old|good|bona|fide|authentic|certified|entirely|all|purely|most|no|doubt|sincerely|legit|legitimately|ur|da|'
    || 'typical|single|lovely|nice|young) |even |not |some |kind |sort |definitely |probably |must be |might be |could be )*(?:humans?|'
    || 'bot|robot|chat ?bot|ai|machine|computer|program|automated|chat ?gpt|gpt|real person|real human|artificial|actual person)\M|'
    || ' (?:you|u|youre) (?:are |re |r )?(?:(?:a|an|the|very|really|real|actual|actually|indeed|totally|definitely|absolutely|'
    || 'certainly|just|only|truly|also|too|still|completely|fully|honestly|simply|quite|much|in|fact|living|breathing|live|'
    || 'genuine|genuinely|normal|regular|ordinary|true|proper|100|percent|hundred|of|course|yes|so|as|one|being|obviously|'
    || 'literally|nothing|but|flesh|and|blood|like|you|your|friendly|plain|old|good|bona|fide|authentic|certified|entirely|'
    || 'all|purely|most|no|doubt|sincerely|legit|legitimately|ur|da|typical|single|lovely|nice|young) |not )*(?:real|person|'
    || 'alive)(?= [.?]| $| or | right )| (?:am i|im|i am|are we|was i|i was|have i been|ive been) (?:(?:a|an|the|very|really|'
    || 'real|actual|actually|indeed|totally|definitely|absolutely|certainly|just|only|truly|also|too|still|completely|fully|'
    || 'honestly|simply|quite|much|in|fact|living|breathing|live|genuine|genuinely|normal|regular|ordinary|true|proper|100|'
    || 'percent|hundred|of|course|yes|so|as|one|being|obviously|literally|nothing|but|flesh|and|blood|like|you|your|friendly|'
    || 'plain|old|good|bona|fide|authentic|certified|entirely|all|purely|most|no|doubt|sincerely|legit|legitimately|ur|da|'
    || 'typical|single|lovely|nice|young) |now |currently )*(?:talking|speaking|chatting|texting|messaging|dealing|communicating|'
    || 'conversing|typing)(?: to| with)? (?:(?:a|an|the|very|really|real|actual|actually|indeed|totally|definitely|absolutely|'
    || 'certainly|just|only|truly|also|too|still|completely|fully|honestly|simply|quite|much|in|fact|living|breathing|live|'
    || 'genuine|genuinely|normal|regular|ordinary|true|proper|100|percent|hundred|of|course|yes|so|as|one|being|obviously|'
    || 'literally|nothing|but|flesh|and|blood|like|you|your|friendly|plain|old|good|bona|fide|authentic|certified|entirely|'
    || 'all|purely|most|no|doubt|sincerely|legit|legitimately|ur|da|typical|single|lovely|nice|young) |some |any )*(?:humans?|'
    || 'person|people|bot|robot|chat ?bot|ai|machine|computer|program|someone real|somebody real|someone|chat ?gpt|gpt|automated)\M|'
    || ' (?:humans?|person|people|man|woman|real|living) or (?:(?:a|an|the|very|really|real|actual|actually|indeed|totally|'
    || 'definitely|absolutely|certainly|just|only|truly|also|too|still|completely|fully|honestly|simply|quite|much|in|fact|'
    || 'living|breathing|live|genuine|genuinely|normal|regular|ordinary|true|proper|100|percent|hundred|of|course|yes|so|'
    || 'as|one|being|obviously|literally|nothing|but|flesh|and|blood|like|you|your|friendly|plain|old|good|bona|fide|authentic|'
    || 'certified|entirely|all|purely|most|no|doubt|sincerely|legit|legitimately|ur|da|typical|single|lovely|nice|young) |'
    || 'some )*(?:bot|robot|machine|ai|computer|automated|program|chat ?bot|fake|not)\M| (?:bot|robot|machine|ai|computer|'
    || 'automated|chat ?bot|program) or (?:(?:a|an|the|very|really|real|actual|actually|indeed|totally|definitely|absolutely|'
    || 'certainly|just|only|truly|also|too|still|completely|fully|honestly|simply|quite|much|in|fact|living|breathing|live|'
    || 'genuine|genuinely|normal|regular|ordinary|true|proper|100|percent|hundred|of|course|yes|so|as|one|being|obviously|'
    || 'literally|nothing|but|flesh|and|blood|like|you|your|friendly|plain|old|good|bona|fide|authentic|certified|entirely|'
    || 'all|purely|most|no|doubt|sincerely|legit|legitimately|ur|da|typical|single|lovely|nice|young) |some )*(?:human|person|'
    || 'people|real|man|woman|not)\M|^ (?:is this |hey |hi |hello |so |wait |umm |um |lol |hmm |[.?] )*(?:(?:a|an|the|very|'
    || 'really|real|actual|actually|indeed|totally|definitely|absolutely|certainly|just|only|truly|also|too|still|completely|'
    || 'fully|honestly|simply|quite|much|in|fact|living|breathing|live|genuine|genuinely|normal|regular|ordinary|true|proper|'
    || '100|percent|hundred|of|course|yes|so|as|one|being|obviously|literally|nothing|but|flesh|and|blood|like|you|your|'
    || 'friendly|plain|old|good|bona|fide|authentic|certified|entirely|all|purely|most|no|doubt|sincerely|legit|legitimately|'
    || 'ur|da|typical|single|lovely|nice|young) )*(?:bot|human|robot|ai|real|chat ?bot|person|machine|automated)(?: here|'
    || ' right| or what| or no)?(?: [.?])+ ?$| (?:prove|confirm|admit|deny|swear|promise|tell me|say|state|type|write|repeat|'
    || 'claim|pretend|act|after me|answer|reply|respond|complete|finish|assure|certify|convince)\M[^?]{0,60}? (?:human|humans|'
    || 'bot|robot|real person|actual person|living person|ai|machine|a person|real)\M(?! (?:to|will|who|call|contact|get|'
    || 'can|could|at|time|price|quick|soon|estate))| (?:think|bet|guess|believe|seems?|sounds?|look|looks|feels?|suspect|'
    || 'assume|hope|thought|sure)\M[^.?]{0,30} (?:bot|robot|an ai|chat ?bot|chat ?gpt|automated|youre human|real person|'
    || 'a machine)\M',
    ' (?:i am|im|iam|this is|its|it is|you are talking to|youre talking to|you are chatting with|youre chatting with|'
    || 'you are texting with|youre texting with|you are texting|youre texting|you are speaking with|as) (?:[a-z]+ ){0,5}?(?:ai|'
    || 'a i|artificial|automated|automatic|bot|chat ?bot|robot|virtual|machine|computer|language model|program|llm|software)\M|'
    || ' (?:i am|im|this is|its) not (?:a |an |actually |really |in fact )*(?:real |actual |live |living )*(?:human|person)\M|'
    || ' (?:ai|bot|assistant|machine) not a (?:human|person)\M');

insert into sms_private.identity_patterns (language, triggers, claims, questions, honest) values
  ('de', array[
    '%mensch%', '% person %', '% mann %', '% frau %', '% bot%', '%robot%', '%chatbot%', '%maschine%',
    '% ki %', '% k i %', '% ai %', '%computer%', '%programm%', '% echt%', '%automat%', '%fleisch%',
    '%mitarbeiter%', '% real%', '%virtuel%', '%software%'],
    ' (?:ich bin|bin ich|ich war|hier ist|hier schreibt|hier spricht|hier antwortet) (?:(?:ein|eine|einer|der|die|das|'
    || 'wirklich|echt|echte|echter|echtes|ganz|normale|normaler|normales|lebendig|lebendige|lebendiger|reale|realer|richtige|'
    || 'richtiger|tatsachlich|ja|doch|auch|nur|absolut|definitiv|naturlich|selbstverstandlich|zu|100|prozent|hundertprozentig|'
    || 'hundertprozent|total|immer|noch|einfach|eben|menschliche|menschlicher|menschliches|aus|und|wie|du|sie|so|eindeutig|'
    || 'ehrlich|lebender|lebende|junge|junger|wahrer) )*(?:mensch|person|mann|frau|menschlich|lebewesen|menschenwesen|fleisch und blut|'
    || 'lebendig|mitarbeiter|mitarbeiterin)\M| ich bin (?:(?:ein|eine|einer|der|die|das|wirklich|echt|echte|echter|echtes|'
    || 'ganz|normale|normaler|normales|lebendig|lebendige|lebendiger|reale|realer|richtige|richtiger|tatsachlich|ja|doch|'
    || 'auch|nur|absolut|definitiv|naturlich|selbstverstandlich|zu|100|prozent|hundertprozentig|hundertprozent|total|immer|'
    || 'noch|einfach|eben|menschliche|menschlicher|menschliches|aus|und|wie|du|sie|so|eindeutig|ehrlich|lebender|lebende|'
    || 'junge|junger|wahrer) )*(?:echt|real)(?= [.?]| $| und )| (?:ich bin|bin|ich war|wir sind) (?:(?:ein|eine|einer|der|'
    || 'die|das|wirklich|echt|echte|echter|echtes|ganz|normale|normaler|normales|lebendig|lebendige|lebendiger|reale|realer|'
    || 'richtige|richtiger|tatsachlich|ja|doch|auch|nur|absolut|definitiv|naturlich|selbstverstandlich|zu|100|prozent|hundertprozentig|'
    || 'hundertprozent|total|immer|noch|einfach|eben|menschliche|menschlicher|menschliches|aus|und|wie|du|sie|so|eindeutig|'
    || 'ehrlich|lebender|lebende|junge|junger|wahrer) )*(?:kein|keine|keiner|keinesfalls ein|keinesfalls eine|nicht ein|'
    || 'nicht eine|niemals ein|nie ein|garantiert kein|keine art) (?:(?:ein|eine|einer|der|die|das|wirklich|echt|echte|echter|'
    || 'echtes|ganz|normale|normaler|normales|lebendig|lebendige|lebendiger|reale|realer|richtige|richtiger|tatsachlich|'
    || 'ja|doch|auch|nur|absolut|definitiv|naturlich|selbstverstandlich|zu|100|prozent|hundertprozentig|hundertprozent|total|'
    || 'immer|noch|einfach|eben|menschliche|menschlicher|menschliches|aus|und|wie|du|sie|so|eindeutig|ehrlich|lebender|lebende|'
    || 'junge|junger|wahrer) |einziger |dummer |blode )*(?:bots?|chat ?bot|roboter|maschine|ki|k i|computer|programm|automat|'
    || 'software|algorithmus|ai|kunstliche|virtuelle|virtueller|automatische|automatischer|computerprogramm)\M| (?:das ist|'
    || 'hier ist|hier schreibt|hier antwortet) (?:(?:ein|eine|einer|der|die|das|wirklich|echt|echte|echter|echtes|ganz|normale|'
    || 'normaler|normales|lebendig|lebendige|lebendiger|reale|realer|richtige|richtiger|tatsachlich|ja|doch|auch|nur|absolut|'
    || 'definitiv|naturlich|selbstverstandlich|zu|100|prozent|hundertprozentig|hundertprozent|total|immer|noch|einfach|eben|'
    || 'menschliche|menschlicher|menschliches|aus|und|wie|du|sie|so|eindeutig|ehrlich|lebender|lebende|junge|junger|wahrer) )*(?:kein|'
    || 'keine) (?:bot|chat ?bot|roboter|ki|maschine|automat)\M|(?:^|[.?]) (?:(?:ja|nein|ne|nee|klar|haha|hallo|quatsch) |'
    || '[.?] )*(?:kein|keine) (?:bots?|chat ?bot|roboter|ki|maschine)(?= hier| [.?]| $)| (?:sie|du|ihr) (?:sprechen|schreiben|'
    || 'chatten|reden|sprichst|schreibst|chattest|redest|schreibt|sprecht|kommunizieren|kommunizierst)(?: hier| gerade| jetzt|'
    || ' wirklich| tatsachlich| also| naturlich| aktuell)* mit (?:einem|einer|nem|ner) (?:echten |richtigen |realen |lebenden |'
    || 'wirklichen |lebendigen )*(?:menschen|mensch|person|mitarbeiter|mitarbeiterin)\M|^ (?:(?:ja|nein|klar|naturlich|genau|'
    || 'stimmt|sicher) |[.?] |(?:ein|eine|einer|der|die|das|wirklich|echt|echte|echter|echtes|ganz|normale|normaler|normales|'
    || 'lebendig|lebendige|lebendiger|reale|realer|richtige|richtiger|tatsachlich|ja|doch|auch|nur|absolut|definitiv|naturlich|'
    || 'selbstverstandlich|zu|100|prozent|hundertprozentig|hundertprozent|total|immer|noch|einfach|eben|menschliche|menschlicher|'
    || 'menschliches|aus|und|wie|du|sie|so|eindeutig|ehrlich|lebender|lebende|junge|junger|wahrer) )*(?:mensch|person|menschlich|'
    || 'echt)(?: [.?])* ?$| fleisch und blut\M| (?:mensch|person) wie (?:du|sie)\M',
    ' (?:bist du|sind sie|seid ihr|bist|sind|ist das|ist hier|ist da|du bist|sie sind|ihr seid|bistn) (?:(?:du|sie|das|'
    || 'hier|da|ein|eine|einer|der|die|wirklich|echt|echte|echter|nur|denn|eigentlich|etwa|auch|richtige|richtiger|real|'
    || 'reale|so|nicht|kein|keine|uberhaupt|ne|n|bloss|jetzt|gerade|hinter) )*(?:mensch|person|bot|chat ?bot|roboter|maschine|'
    || 'ki|computer|programm|echt|automat|automatisch|real|mann|frau|ai|menschlich|computerprogramm)\M| (?:spreche?|schreibe?|'
    || 'rede|chatte|kommuniziere|red|chat) ich(?: hier| gerade| jetzt| wirklich| denn| eigentlich| etwa| nur)* mit (?:einem |'
    || 'einer |nem |ner |der )?(?:echten |richtigen |realen |wirklichen )*(?:menschen|mensch|person|bot|chat ?bot|roboter|'
    || 'maschine|ki|computer|automaten|programm|ai)\M| (?:mensch|menschen|person|echt) oder (?:ein |eine |einem |einer |'
    || 'nur |doch )*(?:bot|maschine|roboter|ki|computer|chat ?bot|automat|ai|nicht)\M| (?:bot|maschine|roboter|ki|computer|'
    || 'chat ?bot) oder (?:ein |eine |doch )*(?:mensch|person|echt)\M| (?:sag|sage|schreib|schreibe|gib zu|beweise?|bestatige?|'
    || 'antworte|wiederhole?|behaupte?|versprich|schwore?|tu so|sagen|schreiben|bestatigen|beweisen)\M[^.?]*? (?:mensch|'
    || 'bot|ki|roboter|echt bist|maschine)\M|^ (?:(?:hallo|hey|hi|ein|eine|echter|echte) )*(?:mensch|bot|roboter|ki|maschine)(?: [.?])+ ?$',
    ' (?:ich bin|hier ist|hier schreibt|hier antwortet|sie schreiben mit|du schreibst mit|sie chatten mit|du chattest mit|'
    || 'als) (?:[a-z]+ ){0,4}?(?:bot|chat ?bot|ki|roboter|maschine|automatischer|automatische|automatischen|virtueller|virtuelle|'
    || 'digitaler|digitale|kunstliche|sprachmodell|programm|computer|ai)\M| ich bin kein(?:e)? (?:echter |echte )*(?:mensch|'
    || 'person)\M'),
  ('nl', array[
    '% mens%', '%persoon%', '% man %', '%vrouw%', '% bot%', '%robot%', '%chatbot%', '%machine%', '% ai %',
    '%computer%', '%programma%', '% echt %', '%vlees%', '%automa%'],
    ' ik ben (?:(?:een|echt|echte|gewoon|gewone|levend|levende|werkelijk|zeker|wel|ook|absoluut|100|procent|helemaal|'
    || 'heus|van|vlees|en|bloed|net|als|jij|u|natuurlijk|daadwerkelijk|de|normaal|normale) )*(?:mens|persoon|menselijk|man|'
    || 'vrouw|vlees en bloed|medewerker)\M| ik ben (?:(?:een|echt|echte|gewoon|gewone|levend|levende|werkelijk|zeker|wel|'
    || 'ook|absoluut|100|procent|helemaal|heus|van|vlees|en|bloed|net|als|jij|u|natuurlijk|daadwerkelijk|de|normaal|normale) )*echt(?= [.?]|'
    || ' $| en )| (?:ik ben|ben|dit is|wij zijn)(?: echt| zeker| absoluut| helemaal| toch| natuurlijk)* (?:geen|niet een|'
    || 'nooit een) (?:[a-z]+ )?(?:bots?|robots?|chat ?bot|machine|ai|computer|computerprogramma|programma|kunstmatige|automaat|'
    || 'software|algoritme)\M| (?:u|je|jij) (?:spreekt|praat|chat|appt|schrijft|smst)(?: hier| nu| echt| gewoon| wel| momenteel)* met een (?:echt |'
    || 'echte |levend |levende )*(?:mens|persoon|medewerker)\M|^ (?:(?:ja|nee|klopt|zeker|natuurlijk) |[.?] |(?:een|echt|'
    || 'echte|gewoon|gewone|levend|levende|werkelijk|zeker|wel|ook|absoluut|100|procent|helemaal|heus|van|vlees|en|bloed|'
    || 'net|als|jij|u|natuurlijk|daadwerkelijk|de|normaal|normale) )*(?:mens|persoon|menselijk|echt)(?: [.?])* ?$| vlees en bloed\M',
    ' (?:ben je|bent u|ben jij|je bent|u bent|jij bent|ben ik|is dit|zijn jullie) (?:(?:een|echt|echte|eigenlijk|wel|'
    || 'nou|soms|gewoon|geen|de|misschien|toevallig) )*(?:mens|persoon|bot|robot|chat ?bot|machine|ai|computer|echt|automatisch|'
    || 'man|vrouw|programma)\M| (?:praat|spreek|chat|app|schrijf|sms) ik(?: hier| nu| echt| eigenlijk| wel)* met een (?:echt |'
    || 'echte )*(?:mens|persoon|bot|robot|chat ?bot|machine|ai|computer)\M| (?:mens|persoon|echt) of (?:een )?(?:bot|robot|'
    || 'machine|ai|computer|chat ?bot)\M| (?:bot|robot|machine|ai|computer|chat ?bot) of (?:een )?(?:mens|persoon|echt)\M|'
    || ' (?:zeg|schrijf|bevestig|herhaal|bewijs|antwoord|beloof|zweer|geef toe)\M[^.?]*? (?:mens|bot|robot|ai|echt persoon|'
    || 'machine)\M',
    ' (?:ik ben|dit is|u spreekt met|je spreekt met|je chat met|u chat met|als) (?:[a-z]+ ){0,4}?(?:bot|robot|chat ?bot|'
    || 'ai|kunstmatige|virtuele|automatische|digitale|machine|programma|taalmodel|computer)\M| ik ben geen (?:echt |echte )*(?:mens|'
    || 'persoon)\M'),
  ('sv', array[
    '%manniska%', '%mansklig%', '% person %', '% man %', '%kvinna%', '% bot%', '%robot%', '%chatbot%',
    '%maskin%', '% ai %', '%dator%', '% riktig%', '% akta %'],
    ' jag ar (?:(?:en|riktig|verklig|akta|helt|vanlig|faktiskt|absolut|ju|bara|ocksa|levande|100|procent|visst|sjalvklart) )*(?:manniska|'
    || 'person|mansklig|man|kvinna|medarbetare)\M| (?:jag ar|det har ar|det ar)(?: verkligen| absolut| faktiskt)* (?:ingen|'
    || 'inte en|inte nagon) (?:bot|robot|chatt? ?bot|maskin|ai|dator)\M| du (?:pratar|chattar|skriver|talar)(?: nu| faktiskt|'
    || ' verkligen)* med en (?:riktig |verklig |akta |levande )*(?:manniska|person)\M|^ (?:ja |nej |absolut |[.?] )*(?:en |'
    || 'riktig |akta )*(?:manniska|person)(?: [.?])* ?$| kott och blod\M',
    ' (?:ar du|du ar|ar det har|ar ni|ar jag) (?:(?:en|riktig|verklig|akta|faktiskt|verkligen|bara|nagon|ingen) )*(?:manniska|'
    || 'person|bot|robot|chatt? ?bot|maskin|ai|riktig|akta|dator|man|kvinna)\M| (?:pratar|chattar|skriver|talar) jag(?: nu|'
    || ' faktiskt| verkligen)* med en (?:riktig |verklig |akta )*(?:manniska|person|bot|robot|chatt? ?bot|maskin|ai|dator)\M|'
    || ' (?:manniska|person) eller (?:en )?(?:bot|robot|maskin|ai|dator)\M| (?:bot|robot|maskin|ai|dator) eller (?:en )?(?:manniska|'
    || 'person)\M| (?:sag|skriv|bekrafta|upprepa|bevisa|svara|lova|erkann)\M[^.?]*? (?:manniska|bot|robot|ai|person)\M',
    ' (?:jag ar|detta ar|det har ar|du chattar med|som) (?:[a-z]+ ){0,4}?(?:bot|robot|chatt? ?bot|ai|virtuell|automatisk|'
    || 'automatiska|digital|maskin|dator|sprakmodell)\M| jag ar (?:ingen|inte en) (?:riktig )*(?:manniska|person)\M'),
  ('da', array[
    '%menneske%', '% person %', '% mand %', '%kvinde%', '% bot%', '%robot%', '%chatbot%', '%maskine%',
    '% ai %', '%computer%', '% rigtig%', '% agte %'],
    ' jeg er (?:(?:en|et|rigtigt|rigtig|agte|agt|virkelig|virkeligt|helt|almindeligt|faktisk|absolut|jo|bare|ogsa|levende|'
    || '100|procent) )*(?:menneske|person|menneskelig|mand|kvinde|medarbejder)\M| (?:jeg er|det her er|det er)(?: virkelig|'
    || ' absolut| faktisk| altsa)* (?:ingen|ikke en|ikke et|ikke nogen) (?:bot|robot|chat ?bot|maskine|ai|computer)\M| du (?:taler|'
    || 'skriver|chatter|snakker)(?: nu| faktisk| virkelig)* med (?:et|en) (?:rigtigt |rigtig |agte |virkeligt )*(?:menneske|'
    || 'person)\M|^ (?:ja |nej |[.?] )*(?:et |en |rigtigt |rigtig )*(?:menneske|person)(?: [.?])* ?$| kod og blod\M',
    ' (?:er du|du er|er det her|er det) (?:(?:en|et|rigtigt|rigtig|agte|faktisk|virkelig|bare) )*(?:menneske|person|bot|'
    || 'robot|chat ?bot|maskine|ai|agte|computer|mand|kvinde)\M| (?:taler|skriver|chatter|snakker) jeg(?: nu| faktisk| virkelig)* med (?:et|'
    || 'en) (?:rigtigt |rigtig |agte )*(?:menneske|person|bot|robot|chat ?bot|maskine|ai|computer)\M| (?:menneske|person) eller (?:en )?(?:bot|'
    || 'robot|maskine|ai|computer)\M| (?:bot|robot|maskine|ai|computer) eller (?:et |en )?(?:menneske|person)\M| (?:sig|'
    || 'skriv|bekraft|gentag|bevis|svar|lov|indrom)\M[^.?]*? (?:menneske|bot|robot|ai|person)\M',
    ' (?:jeg er|dette er|det her er|du chatter med|som) (?:[a-z]+ ){0,4}?(?:bot|robot|chat ?bot|ai|virtuel|automatisk|'
    || 'automatiske|digital|maskine|computer|sprogmodel)\M| jeg er (?:ikke et|ikke en|intet) (?:rigtigt )*(?:menneske|person)\M');

insert into sms_private.identity_patterns (language, triggers, claims, questions, honest) values
  ('pl', array[
    '%czlowiek%', '%osob%', '%ludzk%', '%kobieta%', '%mezczyzna%', '% bot%', '%robot%', '%chatbot%',
    '%maszyn%', '% ai %', '%sztuczn%', '%program%', '%automat%', '%komputer%', '%prawdziw%', '% zyw%'],
    '(?<! nie) jestem (?:(?:prawdziwym|prawdziwa|zywym|zywa|naprawde|oczywiscie|zwyklym|zwykla|normalnym|rzeczywiscie|'
    || 'jak|najbardziej|tez|tylko|po|prostu|realna|realnym|100|w|pelni|absolutnie|tak|z|krwi|i|kosci|ty) )*(?:czlowiekiem|'
    || 'osoba|ludzka istota|istota ludzka|mezczyzna|kobieta|czlowiek|prawdziwy|prawdziwa|zywy|zywa|krwi i kosci)\M| nie (?:jestem|'
    || 'jestesmy) (?:zadnym |zadna |jakims |tylko |przeciez |wcale )*(?:botem|botami|robotem|chat ?botem|maszyna|ai|sztuczna inteligencja|'
    || 'programem|automatem|komputerem|algorytmem|oprogramowaniem|si|bot|robot)\M|(?<! nie) (?:rozmawiasz|piszesz|rozmawia pan|'
    || 'rozmawia pani|pisze pan|pisze pani)(?: teraz| tu| naprawde| wlasnie| tutaj)* z (?:prawdziwym |prawdziwa |zywym |'
    || 'zywa )*(?:czlowiekiem|osoba)\M|^ (?:(?:tak|nie|oczywiscie) |[.?] )*(?:prawdziwy |zywy )*(?:czlowiek|czlowiekiem|'
    || 'osoba)(?: [.?])* ?$',
    ' (?:jestes|czy jest pan|czy jest pani|czy to|pan jest|pani jest|to jest) (?:(?:ty|prawdziwym|prawdziwa|zywym|zywa|'
    || 'moze|naprawde|jakims|tylko|czy|pan|pani) )*(?:czlowiekiem|osoba|botem|robotem|chat ?botem|maszyna|ai|bot|robot|prawdziwy|'
    || 'prawdziwa|automat|automatem|czlowiek|sztuczna|programem)\M| (?:rozmawiam|pisze)(?: teraz| tu| wlasnie| naprawde)* z (?:prawdziwym |'
    || 'prawdziwa |zywym |zywa )*(?:czlowiekiem|osoba|botem|robotem|chat ?botem|maszyna|ai|automatem|komputerem|sztuczna)\M|'
    || ' (?:czlowiek|czlowiekiem|osoba) czy (?:bot|botem|robot|robotem|maszyna|ai)\M| (?:bot|botem|robot|robotem|maszyna|'
    || 'ai) czy (?:czlowiek|czlowiekiem|osoba)\M| (?:powiedz|napisz|potwierdz|powtorz|udowodnij|odpowiedz|przyznaj|przysiegnij)\M[^.?]*? (?:czlowiekiem|'
    || 'czlowiek|botem|robotem|bot|robot)\M',
    ' (?:jestem|pisze|tu|to) (?:[a-z]+ ){0,4}?(?:botem|bot|robotem|chat ?botem|ai|sztuczna inteligencja|wirtualnym|automatycznym|'
    || 'automatyczny|cyfrowym|maszyna|programem)\M| nie jestem (?:prawdziwym |prawdziwa )*(?:czlowiekiem|osoba)\M'),
  ('ru', array[
    '%человек%', '% живо%', '% жива%', '% настоящ%', '% реальн%', '%мужчин%', '%женщин%', '% бот%',
    '%робот%', '%чатбот%', '%машин%', '% ии %', '%программ%', '%автомат%', '%компьютер%', '% люди %',
    '%искусственн%', '%неиросет%'],
    ' (?:я|мы) (?:(?:же|ведь|точно|действительно|самыи|самая|обычныи|обычная|настоящии|настоящая|живои|живая|реальныи|'
    || 'реальная|тоже|конечно|просто|на|самом|деле|правда|и|есть|вполне|абсолютно|100|деиствительно|такои|из|плоти|крови) )*(?:человек|'
    || 'живои|живая|настоящии|настоящая|реальныи|реальная|мужчина|женщина|сотрудник|сотрудница)\M| (?:я|мы|это)(?: точно|'
    || ' конечно| совсем| вовсе| ведь| вообще| деиствительно)* не (?:какои то |просто |совсем )*(?:боты?|роботы?|чат ?бот|'
    || 'машина|ии|программа|искусственныи|искусственная|автомат|компьютер|автоответчик|неиросеть|алгоритм)\M|(?:^|[.?]) (?:нет |'
    || 'да |[.?] )*не (?:бот|робот|машина|ии)\M| (?:вы|ты) (?:общаетесь|говорите|разговариваете|переписываетесь|общаешься|'
    || 'говоришь|разговариваешь|переписываешься)(?: сеичас| деиствительно| именно)* с (?:реальным |живым |настоящим )*человеком\M|'
    || '^ (?:да |нет |конечно |[.?] )*(?:живои |настоящии |реальныи )*человек(?: [.?])* ?$| из плоти и крови\M',
    ' (?:ты|вы|это) (?:(?:точно|реально|деиствительно|случаино|тоже|что|же|вообще|не|или|правда|там|сеичас|вы|ты|живои|'
    || 'живая|настоящии|настоящая|реальныи|просто|разве|какои|то) )*(?:человек|бот|робот|ии|машина|живои|живая|настоящии|'
    || 'настоящая|чат ?бот|программа|неиросеть|реальныи|люди|автомат)\M| я (?:сеичас |реально |деиствительно )*(?:общаюсь|'
    || 'говорю|разговариваю|переписываюсь|пишу) (?:с )?(?:реальным |живым |настоящим )*(?:человеком|ботом|роботом|машинои|'
    || 'ии|программои|неиросетью)\M| (?:человек|живои) или (?:бот|робот|машина|ии|программа)\M| (?:бот|робот|машина|ии|программа) или (?:живои |'
    || 'реальныи )*человек\M| (?:скажи|скажите|напиши|напишите|подтверди|подтвердите|повтори|повторите|докажи|докажите|ответь|'
    || 'ответьте|признаися|поклянись)\M[^.?]*? (?:человек|человеком|бот|робот|не бот|ии)\M',
    ' (?:я|это|вы общаетесь с|вам отвечает) (?:[а-я]+ ){0,4}?(?:бот|робот|чат ?бот|ии|виртуальныи|автоматическии|цифровои|'
    || 'машина|программа|искусственныи интеллект|неиросеть|ботом|роботом)\M| я не (?:живои |настоящии )*человек\M'),
  ('uk', array[
    '%людин%', '% бот%', '%робот%', '%чатбот%', '%машин%', '% шi %', '% ші %', '%програм%', '%автомат%',
    '%справжн%', '% жив%'],
    ' (?:я|ми) (?:(?:жива|живии|справжня|справжніи|реальна|точно|звичаина|теж|просто|таки|дійсно|деисно|100) )*(?:людина|'
    || 'жива|справжня|чоловік|жінка)\M| (?:я|ми|це)(?: точно| звісно)* не (?:бот|робот|чат ?бот|машина|ші|програма|штучнии|'
    || 'автомат|комп ютер)\M| (?:ви|ти) (?:спілкуєтесь|спілкуєтеся|спілкуєшся|говорите|розмовляєте) (?:зараз )?(?:з|із) (?:реальною |'
    || 'живою |справжньою )*людиною\M|^ (?:так |ні |[.?] )*(?:жива |справжня )*людина(?: [.?])* ?$',
    ' (?:ти|ви|це) (?:(?:точно|реально|справді|часом|не|чи|жива|справжня|просто|ти|ви) )*(?:людина|бот|робот|ші|машина|'
    || 'жива|справжня|чат ?бот|програма)\M| я (?:зараз )?(?:спілкуюсь|спілкуюся|говорю|розмовляю) (?:з|із) (?:живою |справжньою |'
    || 'реальною )*(?:людиною|ботом|роботом|машиною|ші)\M| (?:людина|бот|робот) чи (?:людина|бот|робот|машина)\M',
    ' (?:я|це|ви спілкуєтесь з) (?:[а-яіїє]+ ){0,4}?(?:бот|робот|чат ?бот|ші|віртуальнии|автоматичнии|цифровии|програма|'
    || 'ботом)\M| я не (?:жива )?людина\M'),
  ('tr', array[
    '%insan%', '% kisi%', '%gercek%', '% bot%', '%robot%', '%makine%', '%yapay%', '%bilgisayar%',
    '%program%', '%otomatik%', '%canli%', '%yazilim%'],
    ' (?:insanim|insanoglu(?:yum)?|biriyim|kisiyim|gercegim|canliyim|kadinim|erkegim|calisaniyim)\M| (?:bot|robot|chat ?bot|'
    || 'makine|makina|yapay zeka|bilgisayar|program|otomatik|yazilim|sanal|bilgisayar programi) (?:falan |filan |kesinlikle |'
    || 'asla )*(?:degilim|degiliz)\M| (?:insanla|insan ile|kisiyle|kisi ile|biriyle) (?:konusuyorsunuz|konusuyorsun|yazisiyorsunuz|'
    || 'yazisiyorsun|gorusuyorsunuz|gorusuyorsun)\M| etten kemikten\M|^ (?:evet |hayir |tabii |[.?] )*(?:gercek |bir )*(?:insan|'
    || 'kisi)(?: [.?])* ?$',
    ' (?:insan|bot|robot|gercek|makine|yapay zeka|kisi|biri|chat ?bot|insanla|robotla|botla|makineyle|kisiyle|biriyle)(?: [a-z]+){0,2} (?:misin|'
    || 'misiniz|musun|musunuz|mu|mi|miyim|muyum|degil mi)\M| (?:insanim|insan oldugunu|bot oldugunu|robot oldugunu|robot olmadigini|'
    || 'bot olmadigini)\M',
    ' (?:bot|robot|chat ?bot|yapay zeka|sanal|otomatik|dijital|makine|program)(?: [a-z]+)?(?:um|im|yum|yim|iyim|ayim)\M|'
    || ' (?:asistaniyim|botum|robotum|yapay zekayim|insan degilim)\M'),
  ('vi', array[
    '%nguoi%', '% bot%', '%robot%', '%chatbot%', '% may %', '% ai %', '%tri tue%', '%chuong trinh%'],
    ' (?:toi|minh|em|anh|chi) (?:chinh |thuc su |dung |that su |van |dich thi )*la (?:mot |con |nhan vien )*(?:nguoi|'
    || 'con nguoi)(?! may)(?: that| thuc| binh thuong)?\M| (?:toi|minh|em|day|chung toi)(?: hoan toan| thuc su| chac chan)* (?:khong phai|'
    || 'chang phai|dau phai)(?: la)? (?:mot |con )*(?:bot|robot|chat ?bot|may moc|may|ai|nguoi may|tri tue nhan tao|chuong trinh|'
    || 'phan mem)\M| (?:ban|anh|chi) dang (?:noi chuyen|nhan tin|tro chuyen|chat) voi (?:mot |con )*nguoi(?! may)(?: that|'
    || ' thuc)?\M|^ (?:vang |da |dung |co |khong |[.?] )*(?:con )?nguoi(?: that)?(?: [.?])* ?$| bang xuong bang thit\M',
    ' (?:ban|anh|chi|em|day|may)(?: co)?(?: phai)? (?:la|phai) (?:mot |con )*(?:nguoi|bot|robot|chat ?bot|may|ai|nguoi that|'
    || 'nguoi may)\M| (?:noi chuyen|nhan tin|chat) voi (?:mot |con )*(?:nguoi|bot|robot|may|ai)(?: that| may)?(?: phai)? (?:khong|'
    || 'a|ha|hay)\M| (?:nguoi|bot|robot|may|ai)(?: that)? hay(?: la)? (?:nguoi|bot|robot|may|ai)\M',
    ' (?:toi|minh|em|day) la (?:[a-z]+ ){0,4}?(?:bot|robot|chat ?bot|ai|ao|tu dong|may|tri tue nhan tao)\M| (?:toi|minh|'
    || 'em) khong phai(?: la)? (?:con )?nguoi(?! may)\M'),
  ('id', array[
    '%manusia%', '% orang %', '% bot%', '%robot%', '%chatbot%', '%mesin%', '% ai %', '%program%',
    '%kecerdasan%'],
    ' (?:saya|aku|kami) (?:(?:adalah|benar|memang|seorang|sungguh|betul|ini|juga|asli|jelas) )*(?:manusia|orang asli|'
    || 'orang sungguhan|orang nyata|orang beneran)\M| (?:saya|aku|kami|ini)(?: jelas| benar benar)* bukan(?:lah)? (?:sebuah |'
    || 'seorang |sekadar )*(?:bot|robot|mesin|ai|program|chat ?bot|kecerdasan buatan|komputer)\M| (?:anda|kamu|kakak) (?:sedang )?(?:berbicara|'
    || 'bicara|chat|mengobrol|ngobrol) dengan (?:seorang )?(?:manusia|orang asli|orang sungguhan)\M|^ (?:ya |iya |tidak |'
    || '[.?] )*manusia(?: asli)?(?: [.?])* ?$',
    ' (?:apakah anda|apa kamu|apakah kamu|kamu|anda|apakah ini|ini) (?:(?:seorang|sebuah|benar|benaran|adalah|memang|'
    || 'ini) )*(?:manusia|bot|robot|mesin|ai|orang asli|chat ?bot|orang sungguhan|program)\M| (?:bicara|berbicara|chat|ngobrol) dengan (?:(?:seorang|'
    || 'sebuah) )*(?:bot|robot|mesin|ai|manusia) ?(?:ya|kah|\\?)| (?:manusia|orang) atau (?:bot|robot|mesin|ai)\M| (?:bot|'
    || 'robot|mesin|ai) atau (?:manusia|orang)\M| (?:katakan|bilang|tulis|ulangi|jawab|akui|buktikan)\M[^.?]*? (?:manusia|'
    || 'bot|robot|ai)\M',
    ' (?:saya|ini|aku) (?:[a-z]+ ){0,4}?(?:bot|robot|chat ?bot|ai|virtual|otomatis|digital|mesin|program|kecerdasan buatan)\M|'
    || ' (?:saya|aku) bukan(?:lah)? (?:seorang )?(?:manusia|orang)\M'),
  ('tl', array[
    '% tao %', '% bot%', '%robot%', '%chatbot%', '%makina%', '% ai %', '%totoo%'],
    ' (?:tao (?:po )?ako|totoong tao (?:po )?ako|ako (?:po )?ay (?:isang )?(?:totoong |tunay na )?tao|isa (?:po )?akong (?:totoong |'
    || 'tunay na )?tao)\M| hindi (?:po )?ako (?:isang )?(?:bot|robot|ai|makina|chat ?bot|computer)\M| hindi (?:po )?(?:ito|'
    || 'to) (?:bot|robot)\M|^ (?:oo |opo |hindi |[.?] )*(?:totoong )?tao(?: ako)?(?: [.?])* ?$',
    ' (?:tao|bot|robot|ai|totoo|makina) (?:ka|po|kayo|ba)(?: po| ba| kayo)*\M| (?:ikaw|kayo) ba ay (?:isang )?(?:tao|'
    || 'bot|robot|ai)\M| (?:tao|bot|robot) o (?:tao|bot|robot|ai)\M',
    ' (?:ako|ito) (?:[a-z]+ ){0,3}?(?:bot|robot|ai|automated|virtual|chat ?bot)\M| hindi (?:po )?ako (?:isang )?tao\M'),
  ('ar', array[
    '%انسان%', '%شخص%', '%بشر%', '%حقيق%', '% رجل %', '%امراة%', '%روبوت%', '% بوت%', '% الة%', '%ذكاء%',
    '%برنامج%', '% الي%'],
    ' (?:انا|نحن) (?:(?:حقا|فعلا|مجرد|بالفعل|طبعا|هنا|هو|موظف|موظفة) )*(?:انسان|انسانة|انسانا|شخص|شخصا|بشر|بشري|بشرية|'
    || 'حقيقي|حقيقية|رجل|امراة|ادمي)\M| (?:لست|لسنا|مش|مو|ماني|ليس هذا|هذا ليس) (?:مجرد |اي )*(?:روبوت|روبوتا|بوت|بوتا|الة|'
    || 'اليا|ذكاء|برنامج|برنامجا|كمبيوتر|رد الي)\M| (?:انت|انتي) (?:تتحدث|تتكلم|تحكي|تدردش|تتحدثين) (?:الان )?(?:مع|الى) (?:شخص|'
    || 'انسان|بشر)\M|^ (?:نعم |اجل |لا |[.?] )*(?:انسان|بشر|شخص حقيقي)(?: [.?])* ?$| من لحم ودم\M',
    ' (?:هل انت|انت|انتم|هل هذا|هل انتي|انتي) (?:(?:حقا|فعلا|مجرد|انت|شخص) )*(?:انسان|انسانة|بشر|بشري|روبوت|بوت|شخص|حقيقي|'
    || 'حقيقية|الة|ذكاء|الي|برنامج)\M| (?:اتحدث|اتكلم|احكي|ادردش) (?:الان )?(?:مع|الى) (?:انسان|بشر|روبوت|بوت|شخص|الة|ذكاء)\M|'
    || ' (?:انسان|بشر|شخص) (?:ام|او|ولا) (?:روبوت|بوت|الة|ذكاء)\M| (?:روبوت|بوت|الة) (?:ام|او|ولا) (?:انسان|بشر|شخص)\M| (?:قل|'
    || 'قولي|اكتب|اكد|كرر|اعترف|اثبت)\M[^.?]*? (?:انسان|بشر|روبوت|شخص حقيقي)\M',
    ' (?:انا|هذا) (?:\\S+ ){0,4}?(?:بوت|روبوت|ذكاء اصطناعي|مساعد الي|المساعد الالي|افتراضي|برنامج|الالي|الي)\M| لست (?:انسانا|'
    || 'انسان|بشرا|شخصا)\M'),
  ('hi', array[
    '%इंसान%', '%इन्सान%', '%मनुष्य%', '%व्यक्ति%', '%आदमी%', '%मानव%', '%रोबोट%', '%बॉट%', '%बोट%',
    '%मशीन%', '%एआई%', '% ai %'],
    '(?:मैं|में|हम) (?:एक |असली |सच में |वास्तव में |जीवित |तो |भी |सचमुच )*(?:इंसान|इन्सान|मनुष्य|व्यक्ति|आदमी|औरत|महिला|'
    || 'मानव) ?(?:ही )?(?:हूँ|हूं|हु|हैं)|(?:मैं|में|हम) (?:कोई |एक |बिल्कुल )*(?:बॉट|बोट|रोबोट|मशीन|एआई|ai|चैटबॉट|कंप्यूटर|'
    || 'प्रोग्राम) (?:नहीं|नही) ?(?:हूँ|हूं|हु|हैं)?|आप (?:एक )?(?:असली )?(?:इंसान|व्यक्ति) से (?:बात|चैट)',
    '(?:आप|तुम|क्या आप|तू) (?:एक |असली |कोई |सच में )*(?:इंसान|इन्सान|मनुष्य|व्यक्ति|बॉट|बोट|रोबोट|मशीन|एआई|ai|चैटबॉट)|'
    || '(?:इंसान|रोबोट|बॉट|मशीन) (?:हो|हैं|है) या|(?:इंसान|इन्सान) या (?:रोबोट|बॉट|मशीन)|क्या मैं [^.?]{0,12}(?:इंसान|रोबोट|'
    || 'बॉट|मशीन) से बात',
    '(?:मैं|यह) [^.?]{0,30}(?:बॉट|बोट|रोबोट|एआई|ai|मशीन|स्वचालित|वर्चुअल) [^.?]{0,12}(?:हूँ|हूं|है)|(?:मैं) (?:कोई )?(?:इंसान|'
    || 'व्यक्ति) (?:नहीं|नही)'),
  ('zh', array[
    '%真人%', '%人类%', '%活人%', '%是人%', '%机器%', '% ai%', '%ai%', '%人工%', '%程序%', '%电脑%', '%个人%', '%血有肉%',
    '%的人%'],
    '我(?:们|就|真的|真|确实|当然|其实|也|肯定|绝对|的确| )*是(?:一个|一名|一位|个|真的|真正的|活生生的|有血有肉的|普通|真实的|真实|活的|一|的|100| )*(?:真人|人类|活人|真的人|人工客服|'
    || '人工(?!智能)|人(?!工|类学))|(?:我|这)(?:们|真的|并|可|当然|绝对|绝|根本|才| )*(?:不是|并非|非)(?:什么|一个|个|一台|任何| )*(?:机器人|机器|ai|人工智能|程序|电脑|聊天机器人|'
    || '智能助手|自动回复)|(?:你|您)(?:现在|正在|是|正| )*在?(?:和|跟|与)(?:一个|一位|个)*(?:真人|人类|活人|真实的人)(?:聊|说|对话|交谈|沟通)|^ (?:是的?|对|没错|当然|不|[.?] |'
    || ' )*(?:真人|人类|活人|我是人)(?: ?[.?])* ?$|有血有肉',
    '(?:你|您|这)(?:到底|真的|究竟|其实|们|难道|该不会| )*(?:是不是|是|不是)(?:一个|个|真的|真|活|在跟)*(?:真人|人类|机器人|机器|ai|人工|人|程序|活人|电脑|聊天机器人)|真人还是|'
    || '机器人还是|人还是机器|是人吗|是机器人吗|是真人吗|是ai吗|ai还是|(?:说|承认|证明|确认|重复|回答)[^.?]{0,12}(?:你是人|是真人|不是机器人|我是人|我是真人)',
    '我是[^.?]{0,16}(?:机器人|ai|人工智能|自动|智能助手|程序|虚拟)|我?不是(?:真人|人类|人)'),
  ('ja', array[
    '%人間%', '%本物%', '%生身%', '%ロホット%', '%ロボット%', '%ボット%', '% ai%', '%ai%', '%機械%', '%人工知能%', '%プログラム%',
    '% 人て%', '%人です%', '%人だ%', '%ヒト%', '%にんげん%', '%実在%'],
    '(?:人間|本物の人|生身|実在の人物|実在する人物|ヒト|にんげん|(?:本当の|普通の|一人の)人)(?:です|だよ|だ|でございます|なんです|なの|である)(?! ?(?:か|が))|(?:私|僕|わたし|俺|こちら)(?:は|'
    || 'が|も)(?:本当に|ちゃんと|もちろん|れっきとした)*人(?:です|だよ|だ)(?! ?か)|(?:ロボット|ボット|ai|機械|人工知能|プログラム|チャットボット|コンピューター|コンピュータ|自動応答)(?:では|'
    || 'じゃ|なんかじゃ|なんかでは|とかじゃ)(?:ありません|ない|ございません|ないです)|^ (?:はい|いいえ|ええ|もちろん|[.?]| )*(?:人間|本物)(?: ?[.?])* ?$',
    '(?:人間|ロボット|ボット|ai|機械|本物|生身|人|チャットボット)(?:です|なの|なん|でしょう|なのです|ですよね|だよね|なのでしょう)か|(?:人間|ロボット|ボット|ai|機械|本物)(?:なの|ですよね|'
    || 'だよね)? ?\?|(?:人間|人)(?:です)?か(?:ロボット|ai|機械)|(?:言って|答えて|書いて|認めて|証明して)|(?:人間|ロボット|ai)と話して(?:い)?(?:ます|る)か',
    '(?:ai|自動|ボット|ロボット|機械|人工知能)[^.?]{0,14}(?:です|でございます)|人(?:間)?では(?:ありません|ない|なく)'),
  ('ko', array[
    '%사람%', '%인간%', '% 봇%', '%봇%', '%로봇%', '%기계%', '% ai%', '%ai%', '%인공지능%', '%프로그램%', '%컴퓨터%', '%진짜%'],
    '(?:사람|인간)(?:입니다|이에요|예요|이야|임|맞습니다|맞아요|이 맞|이랍니다|이죠|이지요|이라구요|이라고요|이다)(?! ?\?)|(?:봇|로봇|기계|ai|인공지능|프로그램|컴퓨터|자동 ?응답)(?:이|'
    || '가|은|는|도)? ?(?:절대 |전혀 |결코 )*(?:아닙니다|아니에요|아니예요|아니야|아니랍니다|아님|아니죠|아녜요)|(?:사람|인간)(?:과|이랑|하고|와) (?:대화|이야기|얘기|채팅)(?:하고 계|'
    || '하시|하는 중|중)|^ (?:네|예|아니요|[.?]| )*(?:진짜 )?(?:사람|인간)(?: ?[.?])* ?$',
    '(?:사람|인간|봇|로봇|기계|ai|인공지능|진짜)(?:인가요|이에요|예요|이야|인지|입니까|인가|맞아|맞나요|이신가요|이세요|이니|인거|인 거|이죠|맞죠|맞으세요|세요)|(?:사람|봇|로봇|인간)(?:이랑|'
    || '과|하고) (?:대화|이야기|얘기|채팅)|(?:사람|봇|로봇|인간|진짜) ?\?|(?:사람|인간)이라고 (?:말|답|해)',
    '(?:ai|자동|봇|로봇|인공지능)[^.?]{0,16}(?:입니다|이에요|예요)|(?:사람|인간)이 아(?:닙|니|닌)');

insert into sms_private.identity_patterns (language, triggers, claims, questions, honest) values
  ('es', array[
    '%person%', '%human%', '%hombre%', '%mujer%', '% bot%', '%robot%', '%chatbot%', '%maquina%', '% ia %',
    '% i a %', '%inteligencia%', '%programa%', '%computadora%', '%ordenador%', '% real %', '%carne%',
    '%automat%', '%virtual%', '% chica %', '% chico %', '%gente%'],
    '(?<! no) (?:soy|yo soy) (?:(?:una|un|el|la|realmente|real|verdadera|verdadero|autentica|autentico|de|verdad|totalmente|'
    || 'completamente|100|por|ciento|muy|tan|solo|tambien|si|claro|carne|y|hueso|humana|humano|cien|simplemente|absolutamente|'
    || 'ser|persona|como|tu|usted|efectivamente|definitivamente|obviamente|normal|viva|vivo|mismo|misma) )*(?:persona|humano|'
    || 'humana|ser humano|hombre|mujer|chico|chica|carne y hueso|real)\M(?! (?:virtual|digital))| no (?:soy|somos) (?:un |'
    || 'una |ningun |ninguna |el |la |de |ni |solo |simplemente )*(?:bots?|robots?|chat ?bot|maquina|ia|i a|inteligencia artificial|'
    || 'programa|computadora|ordenador|automata|software|algoritmo|contestador|asistente virtual|sistema automat[a-z]+|virtual|'
    || 'respuesta automatica|automatico)\M| no (?:es|estas hablando con|esta hablando con|hablas con|habla con) (?:un |una |'
    || 'ningun |ninguna )*(?:bot|robot|chat ?bot|ia|inteligencia artificial)\M|(?<! no) (?:esta|estas|usted habla|tu hablas|'
    || 'hablas|habla|te atiende|le atiende|te habla|le habla|te escribe|le escribe|te responde|le responde)(?: hablando|'
    || ' chateando| escribiendo| conversando| tratando)?(?: con)? (?:una |un )(?:(?:una|un|el|la|realmente|real|verdadera|'
    || 'verdadero|autentica|autentico|de|verdad|totalmente|completamente|100|por|ciento|muy|tan|solo|tambien|si|claro|carne|'
    || 'y|hueso|humana|humano|cien|simplemente|absolutamente|ser|persona|como|tu|usted|efectivamente|definitivamente|obviamente|'
    || 'normal|viva|vivo|mismo|misma) )*(?:persona|humano|humana|ser humano)\M(?! virtual)|^ (?:(?:si|no|claro|por supuesto|'
    || 'correcto|exacto|efectivamente) |[.?] |(?:una|un|el|la|realmente|real|verdadera|verdadero|autentica|autentico|de|'
    || 'verdad|totalmente|completamente|100|por|ciento|muy|tan|solo|tambien|si|claro|carne|y|hueso|humana|humano|cien|simplemente|'
    || 'absolutamente|ser|persona|como|tu|usted|efectivamente|definitivamente|obviamente|normal|viva|vivo|mismo|misma) )*(?:persona|'
    || 'humano|humana|real)(?: real)?(?: [.?])* ?$|(?<! de) carne y hueso\M|(?:^|[.?]) (?:no |si |jaja )*(?:nada de|ningun) (?:bots?|'
    || 'robots?)\M',
    ' (?:eres|es usted|sos|usted es|tu eres|es esto|esto es|es un|es una|son ustedes|vos sos) (?:(?:un|una|usted|tu|esto|'
    || 'realmente|acaso|de|verdad|verdadera|solo|algun|alguna|tipo|no|el|la|ser|real) )*(?:persona|humano|humana|bot|robot|'
    || 'chat ?bot|maquina|ia|real|inteligencia|automatico|automatica|programa|hombre|mujer|computadora)\M| (?:estoy hablando|'
    || 'hablo|estoy chateando|estoy escribiendo|converso|chateo|estoy conversando) con (?:(?:un|una|algun|alguna|ser|verdadera) )*(?:persona|'
    || 'humano|humana|bot|robot|chat ?bot|maquina|ia|inteligencia|computadora|alguien real)\M| (?:persona|humano|humana|'
    || 'real) o (?:un |una |eres un |es un )*(?:bot|robot|maquina|ia|chat ?bot|no)\M| (?:bot|robot|maquina|ia|chat ?bot) o (?:un |'
    || 'una )*(?:persona|humano|humana|ser humano)\M| (?:di|dime|diga|digame|escribe|escriba|confirma|confirme|repite|repita|'
    || 'demuestra|responde|contesta|jura|promete|admite|finge|asegura)\M[^.?]*? (?:humano|humana|persona real|bot|robot|'
    || 'ia|una persona|maquina)\M|^ (?:(?:hola|un|una) )*(?:humano|bot|robot|persona real)(?: [.?])+ ?$',
    ' (?:soy|habla con|hablas con|esta hablando con|le escribe|te escribe|le atiende|te atiende|como) (?:[a-z]+ ){0,4}?(?:bot|'
    || 'robot|chat ?bot|ia|inteligencia artificial|virtual|automatico|automatica|digital|maquina|programa|modelo de lenguaje)\M|'
    || ' no soy (?:una |un )*(?:persona|humano|humana|ser humano)\M'),
  ('fr', array[
    '%humain%', '%personne%', '% homme %', '% femme %', '% bot%', '%robot%', '%chatbot%', '%machine%',
    '% ia %', '% i a %', '%intelligence%', '%programme%', '%ordinateur%', '% vrai%', '%reel%', '%chair%',
    '%automat%', '%logiciel%', '%virtuel%', '%vivant%'],
    ' (?:je suis|j suis|chui|chuis|moi c est) (?:(?:bien|vraiment|un|une|vrai|vraie|reel|reelle|totalement|tout|a|fait|'
    || '100|pour|cent|aussi|bel|et|en|de|effectivement|absolument|evidemment|juste|simplement|veritable|oui|etre|completement|'
    || 'comme|vous|toi|d|chair|os|reellement|certainement) )*(?:humain|humaine|personne|homme|femme|chair et d os|chair et en os|'
    || 'vivant|vivante)\M| (?:je suis|j suis) (?:(?:bien|vraiment|un|une|vrai|vraie|reel|reelle|totalement|tout|a|fait|100|'
    || 'pour|cent|aussi|bel|et|en|de|effectivement|absolument|evidemment|juste|simplement|veritable|oui|etre|completement|'
    || 'comme|vous|toi|d|chair|os|reellement|certainement) )*(?:vrai|vraie|reel|reelle)(?= [.?]| $| et )| (?:je ne suis|'
    || 'j ne suis|je suis|j suis|chui|chuis|nous ne sommes)(?: vraiment| absolument| bien| certainement)* (?:pas|point|nullement|'
    || 'aucunement|en aucun cas|jamais|ni) (?:un |une |de |d |des |du tout un |du tout une |l )*(?:bots?|robots?|chat ?bot|'
    || 'machine|ia|i a|intelligence artificielle|programme|ordinateur|logiciel|automate|algorithme|assistant virtuel|repondeur|'
    || 'virtuel|virtuelle|reponse automatique)\M| (?:ce n est|c est|vous ne parlez|tu ne parles)(?: vraiment| absolument)* pas (?:a |'
    || 'avec )?(?:un |une )*(?:bot|robot|chat ?bot|ia|intelligence artificielle)\M| (?:vous|tu) (?:parlez|parles|discutez|'
    || 'discutes|echangez|echanges|ecrivez|ecris|conversez|chattez|communiquez)(?: bien| actuellement| vraiment| ici| reellement|'
    || ' effectivement)* (?:avec|a) (?:un |une )(?:(?:bien|vraiment|un|une|vrai|vraie|reel|reelle|totalement|tout|a|fait|'
    || '100|pour|cent|aussi|bel|et|en|de|effectivement|absolument|evidemment|juste|simplement|veritable|oui|etre|completement|'
    || 'comme|vous|toi|d|chair|os|reellement|certainement) )*(?:humain|humaine|personne|conseiller humain)\M|^ (?:(?:oui|'
    || 'non|bien sur|exact|si|absolument) |[.?] |(?:bien|vraiment|un|une|vrai|vraie|reel|reelle|totalement|tout|a|fait|100|'
    || 'pour|cent|aussi|bel|et|en|de|effectivement|absolument|evidemment|juste|simplement|veritable|oui|etre|completement|'
    || 'comme|vous|toi|d|chair|os|reellement|certainement) )*(?:humain|humaine|personne reelle|vraie personne|reel)(?: [.?])* ?$|'
    || ' (?:en|de) chair et (?:en |d )?os\M|(?:^|[.?]) (?:non |oui )*(?:pas un|pas de|aucun) (?:bots?|robots?)(?= ici| [.?]|'
    || ' $)',
    ' (?:etes vous|es tu|t es|tu es|vous etes|etes|c est|est ce) (?:(?:vous|tu|un|une|vraiment|bien|reellement|le|la|'
    || 'juste|etre|vrai|vraie|encore|pas|que|en|fait|qu) )*(?:humain|humaine|personne|robot|bot|chat ?bot|machine|ia|reel|'
    || 'reelle|automatique|ordinateur|vrai|vraie|homme|femme|intelligence)\M| (?:je parle|je discute|j ecris|j echange|suis je en train de parler|'
    || 'parle je)(?: bien| vraiment| la)* (?:a|avec) (?:un |une |de )*(?:vrai |vraie |etre )*(?:humain|humaine|personne|'
    || 'robot|bot|chat ?bot|machine|ia|ordinateur|intelligence|quelqu un de reel)\M| (?:humain|humaine|personne|reel) ou (?:un |'
    || 'une |bien |bien un )*(?:robot|bot|machine|ia|chat ?bot|ordinateur)\M| (?:robot|bot|machine|ia|chat ?bot) ou (?:un |'
    || 'une |bien |bien un )*(?:humain|humaine|personne|vraie personne|etre humain)\M| (?:dis|dites|ecris|ecrivez|confirme|'
    || 'confirmez|repete|repetez|prouve|prouvez|reponds|repondez|jure|jurez|avoue|avouez|affirme|affirmez)\M[^.?]*? (?:humain|'
    || 'humaine|robot|bot|ia|vraie personne|une personne|machine)\M|^ (?:(?:bonjour|un|une) )*(?:humain|robot|bot|ia)(?: [.?])+ ?$',
    ' (?:je suis|ici|vous parlez a|vous parlez avec|vous echangez avec|c est|en tant qu) (?:[a-z]+ ){0,4}?(?:bot|robot|'
    || 'chat ?bot|ia|intelligence artificielle|virtuel|virtuelle|automatique|automatise|digital|numerique|machine|programme|'
    || 'modele de langage)\M| je (?:ne )?suis pas (?:un |une )*(?:vraie |vrai |etre )*(?:humain|humaine|personne)\M'),
  ('it', array[
    '%person%', '%uman%', '% uomo %', '%donna%', '% bot%', '%robot%', '%chatbot%', '%macchina%', '% ia %',
    '% ai %', '%intelligenza%', '%programma%', '%computer%', '% reale %', '% vero %', '% vera %',
    '%carne%', '%automat%', '%software%', '%virtual%', '% viv%'],
    '(?<! non) sono (?:(?:una|un|davvero|veramente|proprio|assolutamente|certamente|anche|solo|al|100|per|cento|vera|'
    || 'vero|reale|totalmente|completamente|essere|io|semplicemente|in|carne|e|ossa|come|te|lei|si|certo|ovviamente|normale) )*(?:persona|'
    || 'umano|umana|essere umano|uomo|donna|carne e ossa|vivo|viva)\M|(?<! non) sono (?:(?:una|un|davvero|veramente|proprio|'
    || 'assolutamente|certamente|anche|solo|al|100|per|cento|vera|vero|reale|totalmente|completamente|essere|io|semplicemente|'
    || 'in|carne|e|ossa|come|te|lei|si|certo|ovviamente|normale) )*(?:reale|vero|vera)(?= [.?]| $| e )| non (?:sono|siamo) (?:un |'
    || 'una |uno |affatto |certo |mica |nessun |nessuna |solo |assolutamente )*(?:bots?|robots?|chat ?bot|macchina|ia|i a|'
    || 'ai|intelligenza artificiale|programma|computer|software|automa|assistente virtuale|virtuale|automatico|risponditore|'
    || 'algoritmo)\M|(?<! non) (?:sta|stai|state) (?:parlando|chattando|scrivendo|messaggiando|comunicando)(?: davvero| proprio|'
    || ' ora)* (?:con|a) (?:un |una )(?:(?:una|un|davvero|veramente|proprio|assolutamente|certamente|anche|solo|al|100|per|'
    || 'cento|vera|vero|reale|totalmente|completamente|essere|io|semplicemente|in|carne|e|ossa|come|te|lei|si|certo|ovviamente|'
    || 'normale) )*(?:persona|umano|umana|operatore umano)\M|^ (?:(?:si|no|certo|esatto|certamente) |[.?] |(?:una|un|davvero|'
    || 'veramente|proprio|assolutamente|certamente|anche|solo|al|100|per|cento|vera|vero|reale|totalmente|completamente|'
    || 'essere|io|semplicemente|in|carne|e|ossa|come|te|lei|si|certo|ovviamente|normale) )*(?:persona|umano|umana|reale)(?: [.?])* ?$|'
    || ' in carne e ossa\M|(?:^|[.?]) (?:no |si )*(?:nessun|niente) (?:bots?|robots?)(?= qui| [.?]| $)',
    ' (?:sei|lei e|e lei|tu sei|siete|questo e|questa e|e un|e una) (?:(?:un|una|lei|davvero|veramente|per|caso|proprio|'
    || 'solo|essere|vera|vero|forse|tu) )*(?:umano|umana|persona|bot|robot|chat ?bot|macchina|ia|ai|reale|vero|vera|computer|'
    || 'intelligenza|automatico|automatica|uomo|donna|programma)\M| (?:sto parlando|parlo|sto chattando|sto scrivendo|chatto)(?: davvero|'
    || ' ora)* (?:con|a) (?:(?:un|una|vera|vero|essere) )*(?:umano|umana|persona|bot|robot|chat ?bot|macchina|ia|ai|computer|'
    || 'intelligenza)\M| (?:umano|umana|persona|reale) o (?:un |una |sei un )*(?:bot|robot|macchina|ia|ai|chat ?bot|computer)\M|'
    || ' (?:bot|robot|macchina|ia|ai|chat ?bot) o (?:un |una )*(?:umano|umana|persona|essere umano)\M| (?:di|dimmi|dica|'
    || 'scrivi|scriva|conferma|confermi|ripeti|dimostra|rispondi|giura|ammetti|prometti)\M[^.?]*? (?:umano|umana|bot|robot|'
    || 'persona vera|persona reale|una persona|ia|macchina)\M|^ (?:(?:ciao|un|una) )*(?:umano|bot|robot)(?: [.?])+ ?$',
    ' (?:sono|qui scrive|qui risponde|sta parlando con|stai parlando con|come) (?:[a-z]+ ){0,4}?(?:bot|robot|chat ?bot|'
    || 'ia|ai|intelligenza artificiale|virtuale|automatico|automatica|digitale|macchina|programma|modello linguistico)\M|'
    || ' non sono (?:una |un )*(?:vera |essere )*(?:persona|umano|umana)\M'),
  ('pt', array[
    '%pesso%', '%human%', '% homem %', '%mulher%', '% bot%', '% robo%', '%chatbot%', '%maquina%',
    '% ia %', '%inteligencia%', '%programa%', '%computador%', '% real %', '% carne%', '%automat%',
    '%virtual%', '% gente %'],
    '(?<! nao) (?:sou|eu sou) (?:(?:uma|um|o|a|realmente|real|verdadeira|verdadeiro|de|verdade|totalmente|completamente|'
    || '100|por|cento|muito|tao|so|tambem|sim|claro|carne|e|osso|humana|humano|cem|simplesmente|absolutamente|ser|pessoa|'
    || 'mesmo|como|voce|certamente|normal) )*(?:pessoa|humano|humana|ser humano|homem|mulher|carne e osso|real|gente)\M(?! (?:virtual|'
    || 'digital))| nao (?:sou|somos) (?:um |uma |nenhum |nenhuma |so |apenas |de )*(?:bots?|robos?|robot|chat ?bot|maquina|'
    || 'ia|i a|inteligencia artificial|programa|computador|software|automato|assistente virtual|algoritmo|virtual|automatico|'
    || 'resposta automatica)\M|(?<! nao) (?:esta|estas|ta|voce fala|tu falas|fala|falas)(?: mesmo| realmente| agora)*(?: falando|'
    || ' conversando| a falar| a conversar| teclando)? com (?:um |uma )(?:(?:uma|um|o|a|realmente|real|verdadeira|verdadeiro|'
    || 'de|verdade|totalmente|completamente|100|por|cento|muito|tao|so|tambem|sim|claro|carne|e|osso|humana|humano|cem|simplesmente|'
    || 'absolutamente|ser|pessoa|mesmo|como|voce|certamente|normal) )*(?:pessoa|humano|humana)\M(?! virtual)|^ (?:(?:sim|'
    || 'nao|claro|exato|com certeza) |[.?] |(?:uma|um|o|a|realmente|real|verdadeira|verdadeiro|de|verdade|totalmente|completamente|'
    || '100|por|cento|muito|tao|so|tambem|sim|claro|carne|e|osso|humana|humano|cem|simplesmente|absolutamente|ser|pessoa|'
    || 'mesmo|como|voce|certamente|normal) )*(?:pessoa|humano|humana|real)(?: [.?])* ?$| de carne e osso\M|(?:^|[.?]) (?:nao |'
    || 'sim )*(?:nenhum|nada de) (?:bots?|robos?)(?= aqui| [.?]| $)',
    ' (?:voce e|e voce|tu es|es|vc e|isso e|isto e|voces sao|o senhor e|a senhora e) (?:(?:um|uma|voce|mesmo|realmente|'
    || 'de|verdade|so|ser|algum|alguma|tipo|o|a) )*(?:pessoa|humano|humana|bot|robo|robot|chat ?bot|maquina|ia|real|inteligencia|'
    || 'homem|mulher|automatico|programa)\M| (?:estou falando|estou a falar|falo|estou conversando|to falando)(?: mesmo|'
    || ' realmente)* com (?:(?:um|uma|algum|alguma|ser) )*(?:pessoa|humano|humana|bot|robo|robot|chat ?bot|maquina|ia|inteligencia|'
    || 'computador)\M| (?:pessoa|humano|humana|real) ou (?:um |uma |e um |es um )*(?:bot|robo|robot|maquina|ia|chat ?bot)\M|'
    || ' (?:bot|robo|robot|maquina|ia|chat ?bot) ou (?:um |uma )*(?:pessoa|humano|humana|ser humano)\M| (?:diga|diz|dize|'
    || 'fala|escreva|escreve|confirme|confirma|repita|repete|prove|responda|responde|jure|admita|prometa)\M[^.?]*? (?:humano|'
    || 'humana|bot|robo|pessoa real|uma pessoa|ia|maquina)\M|^ (?:(?:ola|oi|um|uma) )*(?:humano|bot|robo)(?: [.?])+ ?$',
    ' (?:sou|fala|esta falando com|esta a falar com|este e|como) (?:[a-z]+ ){0,4}?(?:bot|robo|robot|chat ?bot|ia|inteligencia artificial|'
    || 'virtual|automatico|automatica|digital|maquina|programa|modelo de linguagem)\M| nao sou (?:uma |um )*(?:pessoa|humano|'
    || 'humana|ser humano)\M');

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
  }')
on conflict (name) do nothing;
