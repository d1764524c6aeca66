-- How an opt-out reads in Spanish, French, Portuguese and Italian. What the columns mean: 78_opt_out_words.sql.

insert into sms_private.opt_out_patterns (language, texts, trigger, harmless, guard, sure, doubt) values
  ('es',
    -- texts
    'mensajes?|mensages?|mensjes?|menajes?|sms|textos?|msjs?|msgs?|msj|promociones?|promos?|publicidad|'
    'ofertas|avisos|correos|whatsapps?|whats|spam|notificaciones|anuncios|cupones|propaganda',
    -- trigger
    null,
    -- harmless
    ' (?:dejan|deja|dejaron|deje|dejo) de (?:servir|atender|recibir|llegar|llegarme|funcionar|vender|trabajar|doler) |'
    ' no (?:me )?(?:recibo|recibi|he recibido|llego|llegan|llega|llegaron|han llegado|olvides|olviden|olvide|puedo|se|tengo|encuentro) |'
    ' no (?:dejen|dejes|deje|dejan|paren|pares) de |'
    ' para (?:el|la|los|las|mi|dos|tres|cuatro|manana|hoy|un|una) ',
    -- guard
    ' [?"] |'
    ' (?:cuando|por que|porque|como|cuanto|donde|si|hasta|pero|solo|excepto|todavia|aun|hoy|manana|antes|'
    'despues|manana|esposo|esposa|hermano|hermana|mama|papa|hijo|hija|cita|pedido|factura|paquete|'
    'reserva|mesa|membresia|gimnasio|seguro|plan|curso|clase|clases|equipo|grupo) |'
    ' (?:jaja[a-z]*|jeje[a-z]*|broma|dijo|dice|encantan?|gustan?|adoro) ',
    -- sure
    ' (?:no|ya no|nunca|jamas|nadie) (?:me |nos |le |se )*(?:vuelvan? a |vuelvas a |sigan? )?(?:mand|'
    'envi|escrib|contact|molest|texte|escriv|mensaj)[a-z]*(?: (?:mas|nunca|ya|sus|estos|esos|tus|este|'
    'tipo|de|otro|otros|ningun|por|favor|nada))* (?:<texts>) |'
    ' (?:no|ya no|nunca|jamas) (?:me |nos )+(?:vuelvan? a |vuelvas a |sigan? )?(?:mand|envi|escrib|'
    'escriv|contact|molest|texte)[a-z]* ?(?:me )?(?: ?(?:mas|nunca|otra|vez|ya|por|favor|gracias|nada|'
    'jamas|pesados?|pesad[ao]|de|nuevo|a|este|numero|ni|me|llamen))* (?:\.|$)|'
    ' (?:no|ya no) (?:quiero|kiero|qiero|deseo|quisiera|quieran|necesito|me interesa|me interesan|'
    'me gustaria)(?: (?:seguir|recibir|recibiendo|resivir|recivir|que|me|manden|envien|escriban|mas|sus|'
    'estos|tus|este|esos|los|las|de|tipo|tener|ver|saber|ni|ningun|otro|tantos?|tantas?))* (?:<texts>) |'
    ' (?:dej|par|ces)[a-z]* (?:ya )?(?:por favor )?de (?:estar |una vez )?(?:me )?(?:escribir|molestar|'
    'contactar|textear|acosar|fastidiar|joder)(?:me|nos|le)? |'
    ' (?:dej|par|ces)[a-z]* (?:ya )?de (?:mandar|enviar|estar mandando|estar enviando)(?:me|nos|le|'
    'les)?(?: (?:mas|tantos|tantas|estos|sus|tus|esos|los))* (?:<texts>|cosas) |'
    ' (?:dar|dame|deme|denme|darme|danos|dennos|den|dar)(?:me)?(?: ya)? de baja(?: (?:de|por|favor|'
    'gracias|estos?|este|sus|tus|la|las|los|lista|esta|ya|del|servicio|numero|mi|<texts>))* (?:\.|$)|'
    ' (?:quit|borr|elimin|sa[cq]|remuev|remov|retir)[a-z]* (?:ya |por favor |a |de )*(?:mi|de|este|mis|'
    'me)(?: [a-z]+)*(?: de)?(?: (?:la|su|sus|esta|tu|mi|las))* ?(?:lista|listas|numero|base de datos|contactos|telefono|celular|movil) |'
    ' desu[sn][a-z]* | desin?scri[a-z]* |'
    ' (?:saquen|quiten|borren|eliminen)me (?:de )?(?:su|sus|la|esta|esa) (?:base|lista|listas|contactos|registro)|'
    ' (?:dej|dejen|dejenme|dejame|dejadme)[a-z]*(?: [a-z]+)? en paz |'
    ' basta (?:ya )?(?:de|con) (?:(?:sus|tus|tantos|tantas|los|las|estos|estas|esos) )*(?:<texts>) |'
    ' no mas (?:<texts>) |'
    ' olvid(?:en|a|e|ad|ense|ate|ese)(?: de)? (?:mi|este) (?:numero|telefono|celular) |'
    ' (?:quiero|quisiera|deseo|necesito) (?:dejar de recibir|no recibir mas|cancelar)(?: (?:mas|sus|estos|tus|los|las|esos|estas))* (?:<texts>) ',
    -- doubt
    ' (?:no|nunca|jamas|basta|dej[a-z]*|par(?:en|a|ar|e) de|alto|stop|cancel[a-z]*|elimin[a-z]*|'
    'borr[a-z]*|quit[a-z]*|sa(?:qu|c)[a-z]*|olvid[a-z]*|bloque[a-z]*|sin|hart[ao]s?|cansad[ao]s?|'
    'remuev[a-z]*|retir[a-z]*|demasiad[ao]s|tantos|tantas)[^.?]* (?:<texts>|numero|listas?|escrib[a-z]*|'
    'escrivas|contact[a-z]*|molest[a-z]*|texte[a-z]*|mand[a-z]*|envi[a-z]*|telefono|celular|acos[a-z]*|llam[a-z]*|insist[a-z]*) |'
    ' (?:<texts>)[^.?]* (?:no mas|basta|ya|hart[ao]|no quiero|no me interesan?|cansad[ao]|molest[a-z]*|stop|baja) |'
    ' de baja | suscri[a-z]* | numero equivocado | no me interesan? | ya basta | en paz |'
    ' persona equivocada | se equivoco | denunci[a-z]* | que pesad[a-z]* | ya estuvo | larguense |'
    ' (?:saque|saca|quite|quita|borre|borra|elimine|elimina)n?me '),
  ('fr',
    -- texts
    'sms|messages?|mesages?|messagess|msgs?|textos?|pubs?|publicites?|publicite|promos?|promotions?|'
    'offres|mails?|notifications?|spams?|newsletters?|alertes|coupons|mailing|demarchage|sollicitations?',
    -- trigger
    null,
    -- harmless
    ' (?:arret|arrets|arretez|arrete) (?:de )?(?:bus|tram|metro|le service|la cuisine|de servir|servir) |'
    ' (?:n |ne )(?:ai |a |avons )?(?:pas |plus )?(?:recu|recois|recevons|eu) (?:pas |plus )?|'
    ' n arrete pas | n arretez pas | n arretez surtout pas | ne pas arreter | n oubliez pas |'
    ' n oublie pas | n hesitez pas | ne sais pas ',
    -- guard
    ' [?"] |'
    ' (?:quand|pourquoi|comment|combien|ou|si|jusqu|mais|sauf|seulement|avant|apres|aujourd|demain|heure|'
    'mari|femme|frere|soeur|rendez|commande|facture|colis|reservation|table|abonnement|salle|cours|ancienne|groupe) |'
    ' (?:mdr|lol|ptdr|haha[a-z]*|blague|dit|adore|aime|continuez) ',
    -- sure
    ' (?:arret|areter|arrete|stop|cess|arrt|arete)[a-z]* (?:(?:s|il|vous|plait|svp|stp|merci|de|d|les|'
    'vos|ces|tous|tout|me|m|nous|toutes|toute|avec|aux|au|des|a|la|cette|immediatement|'
    'maintenant) )*(?:envoyer|envoie|envoi|envois|envoyez|menvoyer|menvoyez|ecrire|mecrire|contacter|'
    'harceler|spammer|deranger|embeter|solliciter|<texts>) |'
    ' (?:ne |n |de ne )(?:(?:m|me|nous|mecrivez) )?(?:envo|ecri|contact|derang|harcel|sollicit|'
    'relanc)[a-z]*(?: moi)? (?:plus|jamais)(?: (?:de|d|rien|vos|ces|aucun|aucune|tous|svp|merci|s|il|vous|plait|<texts>))* (?:\.|$)|'
    ' ne plus (?:(?:m|me|etre|nous|jamais|vous) )*(?:envoyer|recevoir|ecrire|contacter|contactee?|'
    'solliciter|sollicitee?|deranger|derangee?|menvoyer|spammer) |'
    ' (?:ne |n )?(?:veux|veut|veu|souhaite|desire|voudrais|souhaiterais) (?:plus|pas|'
    'aucun)(?: (?:recevoir|de|d|vos|ces|les|tous|recevoir|avoir|que|vous|m|me|envoyiez|autres|aucun|'
    'plus))* (?:<texts>|contactee?|sollicitee?|recevoir de) |'
    ' (?:me |m |nous |veux |souhaite |voudrais )*(?:desabonn|desinscri|desabon|desincri)[a-z]* (?:(?:moi|'
    'de|s|il|vous|plait|svp|merci|cette|votre|vos|la|liste|ces|des|du|immediatement|<texts>) )*(?:\.|$)|'
    ' (?:retir|enlev|supprim|effac|sort|ray|radi|otez|ote)[a-z]* (?:moi |mon |mes |ce |nous |'
    'svp )+(?:[a-z]+ )*(?:liste|listes|numero|fichier|fichiers|base|contacts|coordonnees|nom|repertoire) |'
    ' (?:fich|fout|laiss)[a-z]* (?:moi |nous )?(?:donc |enfin )?(?:la paix|tranquille) |'
    ' (?:oubliez|oublie|perdez) (?:mon numero|moi) |'
    ' plus (?:de|aucun|d) (?:<texts>) (?:(?:svp|merci|s|il|vous|plait|de|votre|part|pour|moi|stp) )*(?:\.|$)|'
    ' (?:mon|ce) numero (?:de telephone )?(?:de|dans) (?:votre|vos|la) |'
    ' refuse (?:de recevoir )?(?:vos|ces|tous?|toute|les|des) (?:<texts>) ',
    -- doubt
    ' (?:ne|n|plus|pas|jamais|stop|arret[a-z]*|arete[a-z]*|arrt[a-z]*|cess[a-z]*|retir[a-z]*|enlev[a-z]*|'
    'supprim[a-z]*|effac[a-z]*|sort[a-z]*|oubli[a-z]*|marre|assez|annul[a-z]*|bloqu[a-z]*|aucun|trop|'
    'sans)[^.?]* (?:<texts>|numero|liste|fichier|contact[a-z]*|ecri[a-z]*|envoy[a-z]*|envoi[a-z]*|'
    'menvoy[a-z]*|recevoir|harcel[a-z]*|derang[a-z]*|sollicit[a-z]*|coordonnees|telephone|paix|tranquille) |'
    ' (?:<texts>)[^.?]* (?:stop|marre|assez|ca suffit|non merci|arret[a-z]*|plus|trop|harcelement|jamais) |'
    ' desabon[a-z]* | desinscri[a-z]* | desincri[a-z]* | desist[a-z]* | mauvais numero |'
    ' erreur de numero | pas interessee? | ca suffit | la paix | tranquille | degage[a-z]* |'
    ' signal[a-z]* (?:a|vous|comme) | harcel[a-z]* | spam[a-z]* | fichez | foutez | rgpd | cnil |'
    ' stop (?:svp|merci|s il) |'
    '^ (?:[^ ]+ )?(?:[^ ]+ )?(?:arret|arrt|areter)[a-z]* (?:[^ ]+ )?(?:[^ ]+ )?(?:[^ ]+ )?$'),
  ('pt',
    -- texts
    'mensagem|mensagens|mensagen|menssagem|menssagens|mensagns|mensajem|mensajens|msgs?|sms|torpedos?|'
    'propagandas?|promocao|promocoes|ofertas?|avisos|spam|whatsapp|whats|notificacao|notificacoes|'
    'anuncios?|marketing|publicidade|textos?|emails?|cupons',
    -- trigger
    null,
    -- harmless
    ' (?:parei|parou|pararam|param|deixei) de (?:receber|chegar|servir|funcionar|atender) |'
    ' nao (?:recebi|recebo|recebemos|chegou|chegam|chega|esqueca|esqueçam|sei|consigo|tenho|parem de|pare de|deixem de|deixe de) |'
    ' para (?:o|a|os|as|mim|dois|duas|tres|quatro|amanha|hoje|sexta|um|uma) ',
    -- guard
    ' [?"] |'
    ' (?:quando|por que|porque|pq|como|quanto|onde|se|ate|mas|so|somente|exceto|ainda|hoje|amanha|antes|'
    'depois|horas|marido|esposa|irmao|irma|mae|pai|filho|filha|consulta|pedido|fatura|boleto|encomenda|'
    'reserva|mesa|academia|plano|curso|aula|grupo) |'
    ' (?:kkk[a-z]*|rsrs[a-z]*|haha[a-z]*|brincadeira|disse|adoro|amo|gosto|continuem) ',
    -- sure
    ' (?:nao|n|nunca|jamais|nem) (?:(?:me|nos|mais|quero|que|voces|vcs) )*(?:mand|envi|escrev|contat|'
    'contact|pertub|perturb|incomod)[a-z]*(?: (?:me|mais|nunca|essas|esses|suas|seus|este|esse|tipo|de|'
    'nenhuma|mim|pra|para|outras|novas))* (?:<texts>) |'
    ' (?:nao|n|nunca) (?:(?:me|nos|mais) )+(?:mand|envi|escrev|contat|contact|pertub|perturb|incomod|'
    'mande)[a-z]*(?: (?:mais|nada|nunca|por|favor|obrigad[oa]|pfv|mensagem))* (?:\.|$)|'
    ' nao (?:mand|envi|escrev|contat|perturb|incomod)[a-z]* mais(?: (?:nada|por|favor|mim|me|pra|obrigad[oa]))* (?:\.|$)|'
    ' (?:nao|n) (?:quero|qero|kero|desejo|gostaria|queria|quer|pretendo|tenho interesse em)(?: (?:mais|'
    'receber|de|resceber|essas|esses|suas|seus|as|os|ser|contatad[oa]|nenhuma|que|voces|vcs|me|mandem|'
    'enviem|novas|tantas))* (?:<texts>|contatad[oa]|incomodad[oa]|perturbad[oa]) |'
    ' (?:par|deix|cess)(?:e|em|a|ar|am|en)(?: ja| logo| por favor)? de (?:(?:me|ficar|nos) )*(?:mandar|'
    'enviar|escrever|incomodar|perturbar|encher|mandando|enviando|contatar|pertubar)(?: (?:me|mais|essas|'
    'esses|suas|seus|tantas|tanta|pra|mim))* (?:<texts>|me|mim|\.|$|o saco)|'
    ' (?:tir|remov|exclu|apag|retir|delet|elimin)[a-z]*(?: [a-z]+)* (?:meu|minha|me|esse|este|'
    'o meu)(?: [a-z]+)* ?(?:numero|contato|cadastro|telefone|celular|lista|nome) |'
    ' (?:me|meu numero) (?:tir|remov|exclu|apag|retir|delet)[a-z]*(?: [a-z]+)* (?:lista|cadastro|base|sistema|grupo de envio) |'
    ' (?:tir|remov|exclu|retir)[a-z]* me da (?:sua |vossa )?lista |'
    ' (?:me )?(?:descadastr|desinscrev|desinscri)[a-z]* |'
    ' cancel[a-z]* (?:o |os |a |esse |este |meu |minha )?(?:recebimento|envio|envios|inscricao|cadastro)(?: [a-z]+)* (?:<texts>) |'
    ' (?:me )?deix[a-z]*(?: me)? em paz | chega de (?:tanta |tantas |essas )?(?:<texts>) |'
    ' (?:esquec|esqueç)[a-z]*(?: do)? (?:o )?meu (?:numero|contato) |'
    ' (?:quero|gostaria de|preciso) (?:parar de receber|sair da lista|sair dessa lista|sair desta lista|nao receber mais) ',
    -- doubt
    ' (?:nao|n|nunca|par(?:em|e|ar) de|pare|parem|deix[a-z]*|chega|tir[a-z]*|remov[a-z]*|exclu[a-z]*|'
    'apag[a-z]*|delet[a-z]*|retir[a-z]*|cancel[a-z]*|esquec[a-z]*|bloque[a-z]*|stop|sem|cansad[ao]|'
    'cheg[ao])[^.?]* (?:<texts>|numero|listas?|contato[a-z]*|contat[a-z]*|cadastro|mand[a-z]*|envi[a-z]*|'
    'escrev[a-z]*|telefone|receb[a-z]*|incomod[a-z]*|perturb[a-z]*|pertub[a-z]*|inscri[a-z]*|ligu[a-z]*) |'
    ' (?:<texts>)[^.?]* (?:chega|nao quero|stop|par[ea]m?|cansad[ao]|basta|demais|nunca mais|nao mais) |'
    ' descadas[a-z]* | desinscr[a-z]* | numero errado | pessoa errada | nao tenho interesse |'
    ' sem interesse | em paz | lgpd | procon | denunci[a-z]* | enche o saco | encher o saco | encheção |'
    ' chega disso | parem com isso | pare com isso | sai fora |'
    '^ (?:[^ ]+ )?(?:quero )?sair (?:[^ ]+ )?(?:[^ ]+ )?$| nao me interessa[a-z]* | spam '),
  ('it',
    -- texts
    'messaggi|messaggio|messagi|mesaggi|messaggini|mesagi|sms|pubblicita|promozioni|promo|offerte|'
    'notifiche|mail|email|comunicazioni|spam|newsletter|whatsapp|msg|buoni|volantini|pubblicitari',
    -- trigger
    null,
    -- harmless
    ' (?:smettete|smetti|smette|finite) di (?:servire|lavorare|cucinare|nevicare|piovere) |'
    ' (?:non|nn) (?:ricevo|ho ricevuto|arrivano|arriva|arrivato|dimenticate|dimenticare|so|smettete|smettere) ',
    -- guard
    ' [?"] |'
    ' (?:quando|perche|come|quanto|dove|se|fino|ma|solo|tranne|ancora|oggi|domani|prima|dopo|ora|ore|'
    'marito|moglie|fratello|sorella|mamma|papa|figlio|figlia|appuntamento|ordine|fattura|pacco|'
    'prenotazione|tavolo|palestra|corso|lezione|gruppo|abbonamento) |'
    ' (?:ahah[a-z]*|haha[a-z]*|scherzo|detto|adoro|amo|continuate) ',
    -- sure
    ' (?:non|nn) (?:(?:mi|ci|me|voglio|dovete|vogliate) )*(?:mand|invi|scriv|contatt|disturb|spedi|mess|'
    'manda)[a-z]*(?: (?:mi|piu|mai|altri|altre|questi|queste|i|le|vostri|vostre|dei|delle|tutti|nessun|piu))* (?:<texts>) |'
    ' (?:non|nn) (?:(?:mi|ci|me) )+(?:mand|invi|scriv|contatt|disturb|cerc)[a-z]* (?:piu|'
    'mai)(?: (?:niente|nulla|grazie|per|favore|piu|nessun|<texts>))* (?:\.|$) |'
    ' (?:non|nn) (?:scriv|contatt|disturb|mandat|inviat)[a-z]*(?:mi|temi)? (?:piu|mai piu)(?: (?:niente|'
    'nulla|grazie|per|favore|<texts>))* (?:\.|$)|'
    ' (?:di|a) (?:non|nn) (?:mandarmi|inviarmi|scrivermi|contattarmi|disturbarmi|mandare|inviare) (?:piu|altri) |'
    ' (?:non|nn) (?:voglio|desidero|vorrei|intendo|gradisco|ho interesse a)(?: (?:piu|ricevere|avere|i|'
    'vostri|altri|dei|essere|vostre|altre|questi|queste|le|nessun|nessuna|vedere|riceverne|alcun|'
    'alcuna))* (?:<texts>|contattat[oa]|disturbat[oa]|riceverne) |'
    ' (?:smett|smet|piant|finit)[a-z]*(?: subito| per favore)?(?: di| con)? (?:scriver|inviar|disturbar|'
    'contattar|rompere|tormentar|mandar)[a-z]*(?: (?:mi|questi|i|vostri|tutti|dei|altri))* (?:<texts>|\.|$|per|grazie|mi)|'
    ' (?:cancell|togli|rimuov|rimuo|elimin|lev|depenn|tolg)[a-z]*(?: [a-z]+)* (?:lista|liste|numero|'
    'elenco|rubrica|database|contatto|contatti|recapito|mailing|iscrizione|dati|archivio) |'
    ' (?:disiscri|disiscriv|disabbon|disinscriv)[a-z]* |'
    ' basta(?: con| coi| ai| di| mandarmi| inviarmi)?(?: (?:i|questi|gli|le|queste|vostri|vostre|sti|tutti|tutte|con))* (?:<texts>) |'
    ' (?:lasci|lasciat)[a-z]*(?: mi)?(?: [a-z]+)? (?:in pace|stare) | dimentica[a-z]* (?:il )?mio numero |'
    ' mai piu (?:<texts>) | stop (?:ai |agli |a |alle |con |i |questi |tutti |tutte )*(?:<texts>) |'
    ' (?:revoco|ritiro) il (?:mio )?consenso ',
    -- doubt
    ' (?:non|nn|mai|basta|stop|smett[a-z]*|smet[a-z]*|piant[a-z]*|cancell[a-z]*|togli[a-z]*|tolg[a-z]*|'
    'rimuov[a-z]*|elimin[a-z]*|lev[a-z]*|annull[a-z]*|dimentica[a-z]*|blocc[a-z]*|troppi|troppe|stufo|'
    'stufa|stanco|stanca|niente|nessun|uscire)[^.?]* (?:<texts>|numero|lista|elenco|scriv[a-z]*|'
    'invia[a-z]*|mand[a-z]*|contatt[a-z]*|disturb[a-z]*|ricever[a-z]*|iscrizione|database|chiam[a-z]*|rompere) |'
    ' (?:<texts>)[^.?]* (?:basta|stop|troppi|troppe|stufo|stufa|non voglio|non li voglio|non mi interessa[a-z]*) |'
    ' disiscri[a-z]* | disabbon[a-z]* | disinscri[a-z]* | numero sbagliato | non mi interessa[a-z]* |'
    ' non sono interessat[oa] | in pace | persona sbagliata | avete sbagliato | denunci[a-z]* | avvocato |'
    ' garante | spam | molest[a-z]* | rompere | rompete |'
    ' (?:cancella|togli|toglie|rimuovi|elimina|cancellate|togliete|rimuovete|eliminate)(?:te)?mi |'
    ' basta (?:\.|$)| adesso basta | ora basta | basta cosi ');
