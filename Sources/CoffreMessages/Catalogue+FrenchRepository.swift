extension Catalogue {
  /// Repositories: what is wrong with them, and what jobs tell about them.
  static let frenchRepository = #"""
    = no repository at '{1}'
    > aucun dépôt à l'emplacement « {1} »
    = Check the place, and whether its disk is mounted; `coffre repo init` makes a new repository.
    > Vérifiez l'emplacement, et que son disque est bien monté ; `coffre repo init` crée un nouveau dépôt.
    = '{1}' holds a repository already
    > « {1} » contient déjà un dépôt
    = Use it, or choose an empty place for the new one.
    > Utilisez-le, ou choisissez un emplacement vide pour le nouveau.
    = '{1}' holds a key but no configuration: an init was cut off there
    > « {1} » contient une clé mais pas de configuration : une initialisation y a été interrompue
    = If there never were backups in it, remove its folder 'keys' and run the command again.
    > S'il n'a jamais contenu de sauvegardes, supprimez son dossier « keys » et relancez la commande.
    = '{1}' is locked by {2}
    > « {1} » est verrouillé par {2}
    = blob {1} was to be stored and is wrong already
    > le blob {1} allait être enregistré et il est déjà faux
    = its seal does not fit any longer
    > son sceau ne correspond plus
    = This machine's memory or processor makes mistakes: have it tested, for example with memtest86+, and do not trust what it stored until `coffre repo check --read-data` ran on another machine.
    > La mémoire ou le processeur de cette machine fait des erreurs : faites-les tester, par exemple avec memtest86+, et ne vous fiez pas à ce qu'elle a enregistré avant d'avoir exécuté `coffre repo check --read-data` sur une autre machine.
    = wrong password for '{1}'
    > mauvais mot de passe pour « {1} »
    = Give the password of one of the repository's keys.
    > Donnez le mot de passe de l'une des clés du dépôt.
    = '{1}' has repository version {2}, which this Coffre does not know
    > « {1} » est un dépôt de version {2}, que ce Coffre ne connaît pas
    = Use a newer Coffre; versions 1 and 2 are supported.
    > Utilisez un Coffre plus récent ; les versions 1 et 2 sont prises en charge.
    = Take the file 'config' from another copy of this repository; without it nothing here can be opened.
    > Reprenez le fichier « config » d'une autre copie de ce dépôt ; sans lui, rien ici ne peut être ouvert.
    = Take the folder 'keys' from another copy of this repository; without a key nothing here can be opened.
    > Reprenez le dossier « keys » d'une autre copie de ce dépôt ; sans clé, rien ici ne peut être ouvert.
    = Give the password of another key, if there is one, or take this file from another copy of the repository. `coffre repo key remove {1}`, with another key's password, removes it if nobody needs it.
    > Donnez le mot de passe d'une autre clé, s'il y en a une, ou reprenez ce fichier d'une autre copie du dépôt. `coffre repo key remove {1}`, avec le mot de passe d'une autre clé, le supprime si personne n'en a besoin.
    = Take this file from another copy of the repository; if there is none, drop it with `coffre snapshot forget {1}`. All other snapshots can be used as ever.
    > Reprenez ce fichier d'une autre copie du dépôt ; s'il n'y en a pas, retirez-le avec `coffre snapshot forget {1}`. Tous les autres instantanés s'utilisent comme avant.
    = Run `coffre repo repair index`, which makes the index anew from the packs.
    > Lancez `coffre repo repair index`, qui refait l'index d'après les packs.
    = If nobody is at work in this repository, run `coffre repo unlock --remove-all`.
    > Si personne ne travaille dans ce dépôt, lancez `coffre repo unlock --remove-all`.
    = nothing can be removed from '{1}'
    > rien ne peut être supprimé de « {1} »
    = '{1}' is damaged
    > « {1} » est endommagé
    = blob {1} is in no index
    > le blob {1} n'est dans aucun index
    = {1} needs it
    > {1} en a besoin
    = it is in no index; {1} needs it
    > il n'est dans aucun index ; {1} en a besoin
    = no snapshot matches '{1}'
    > aucun instantané ne correspond à « {1} »
    = See `coffre snapshot list` for what there is.
    > `coffre snapshot list` montre ce qui existe.
    = '{1}' matches several snapshots
    > « {1} » correspond à plusieurs instantanés
    = Give more digits of the id, or narrow `latest` with --host, --path or --tag.
    > Donnez plus de chiffres de l'identifiant, ou précisez `latest` avec --host, --path ou --tag.
    = '{1}' is not in snapshot {2}
    > « {1} » n'est pas dans l'instantané {2}
    = See `coffre snapshot ls {1}`.
    > Voyez `coffre snapshot ls {1}`.
    = '{1}' asks for chunk sizes of another program
    > « {1} » demande les tailles de morceaux d'un autre programme
    = Add to it with the program that made it (rustic); reading and restoring work here.
    > Ajoutez-y avec le programme qui l'a créé (rustic) ; la lecture et la restauration fonctionnent ici.
    = the lock on '{1}' could not be refreshed for too long
    > le verrou sur « {1} » n'a pas pu être renouvelé pendant trop longtemps
    = Check the connection and run the command again; what was stored will be reused.
    > Vérifiez la connexion et relancez la commande ; ce qui est enregistré sera réutilisé.
    = none of the sources can be read
    > aucune des sources n'est lisible
    = Check the paths and their permissions; no snapshot was made.
    > Vérifiez les chemins et leurs permissions ; aucun instantané n'a été créé.

    Documents and what is wrong in them
    = malformed {1}: {2}, at byte {3}
    > {1} mal formé : {2}, à l'octet {3}
    = malformed config: {1}, at byte {2}
    > configuration mal formée : {1}, à l'octet {2}
    = index file
    > fichier d'index
    = JSON
    > JSON
    = key
    > fichier de clé
    = lock
    > verrou
    = snapshot
    > instantané
    = pack header
    > en-tête de pack
    = name
    > nom
    = tree
    > arbre
    = the old format of restic 0.1, which is not supported
    > l'ancien format de restic 0.1, qui n'est pas pris en charge
    = pack with two ids
    > pack à deux identifiants
    = pack without id
    > pack sans identifiant
    = blob without id
    > blob sans identifiant
    = blob without type
    > blob sans type
    = blob without offset
    > blob sans position
    = blob with the impossible length {1}
    > blob de longueur impossible {1}
    = blob that ends past 4 GiB
    > blob qui finit au-delà de 4 Gio
    = compressed blob in a repository of version 1
    > blob compressé dans un dépôt de version 1
    = blob of unknown type
    > blob de type inconnu
    = expected a string
    > une chaîne était attendue
    = string without end
    > chaîne sans fin
    = control character in a string
    > caractère de contrôle dans une chaîne
    = expected an id
    > un identifiant était attendu
    = expected an id of 64 hexadecimal digits
    > un identifiant de 64 chiffres hexadécimaux était attendu
    = time that cannot be read
    > date illisible
    = base64 that cannot be read
    > base64 illisible
    = escape with digits that are not hexadecimal
    > échappement dont les chiffres ne sont pas hexadécimaux
    = unknown escape
    > échappement inconnu
    = the text ends too early
    > le texte se termine trop tôt
    = something follows the end
    > quelque chose suit la fin
    = nested too deeply
    > imbrication trop profonde
    = expected '{1}'
    > « {1} » était attendu
    = expected ',' or the end of the list or object
    > « , » ou la fin de la liste ou de l'objet était attendue
    = expected true or false
    > true ou false était attendu
    = expected a number without sign
    > un nombre sans signe était attendu
    = number out of range
    > nombre hors limites
    = number with leading zero
    > nombre avec un zéro en tête
    = expected an integer
    > un entier était attendu
    = expected a number
    > un nombre était attendu
    = unknown word
    > mot inconnu
    = expected a value
    > une valeur était attendue
    = number without decimals
    > nombre sans décimales
    = number without exponent
    > nombre sans exposant
    = expected an object
    > un objet était attendu
    = scrypt parameters out of range
    > paramètres scrypt hors limites
    = its scrypt parameters cannot be used: {1}
    > ses paramètres scrypt sont inutilisables : {1}
    = unknown key derivation '{1}'
    > dérivation de clé inconnue « {1} »
    = salt of {1} bytes instead of {2}
    > sel de {1} octets au lieu de {2}
    = impossible scrypt parameters N={1}, r={2}, p={3}
    > paramètres scrypt impossibles N={1}, r={2}, p={3}
    = no sealed master key
    > pas de clé maîtresse chiffrée
    = master key with parts of wrong length
    > clé maîtresse dont des parties n'ont pas la bonne longueur
    = unsupported repository version {1}
    > version de dépôt {1} non prise en charge
    = Use a newer coffre, if there is one.
    > Utilisez un coffre plus récent, s'il existe.
    = no version
    > pas de version
    = no id
    > pas d'identifiant
    = no chunker polynomial
    > pas de polynôme de découpage
    = chunker polynomial that is no hexadecimal number
    > polynôme de découpage qui n'est pas un nombre hexadécimal
    = quotation mark without backslash
    > guillemet sans barre oblique inverse
    = line feed that is not escaped
    > saut de ligne sans échappement
    = backslash at the end
    > barre oblique inverse à la fin
    = escape without its {1} hexadecimal digits
    > échappement sans ses {1} chiffres hexadécimaux
    = escape of no code point
    > échappement d'aucun point de code
    = escape without its 3 octal digits
    > échappement sans ses 3 chiffres octaux
    = escape of no byte
    > échappement d'aucun octet
    = no tree
    > pas d'arbre
    = no list of nodes
    > pas de liste de nœuds
    = a second list of nodes
    > une seconde liste de nœuds
    = name with {1}
    > nom avec {1}
    = the pack is too short to have one
    > le pack est trop court pour en avoir un
    = impossible length {1}
    > longueur impossible {1}
    = unknown blob type {1}
    > type de blob inconnu {1}
    = cut short
    > tronqué
    = impossible blob length {1}
    > longueur de blob impossible {1}
    = no blobs
    > aucun blob
    = its blobs make a pack of {1} bytes, but the pack has {2}
    > ses blobs font un pack de {1} octets, mais le pack en a {2}
    = the pack is larger than 4 GiB
    > le pack dépasse 4 Gio

    Objects
    = it is far too large
    > il est beaucoup trop grand
    = it is far too large for a key
    > il est beaucoup trop grand pour une clé
    = its name is not the hash of its content
    > son nom n'est pas l'empreinte de son contenu
    = it does not decompress: {1}
    > il ne se décompresse pas : {1}
    = its content does not have the hash {1}
    > son contenu n'a pas l'empreinte {1}
    = its encoding is not supported
    > son codage n'est pas pris en charge
    = it cannot be read
    > il est illisible
    = it does not have the size that the index says
    > il n'a pas la taille indiquée par l'index
    = it is missing
    > il manque
    = it has {1} bytes, the index says {2}
    > il fait {1} octets, l'index indique {2}
    = the index lists different blobs for it
    > l'index y place des blobs différents
    = blob {1} lies beyond its end
    > le blob {1} se trouve au-delà de sa fin
    = blob {1} at {2}: {3}
    > blob {1} à la position {2} : {3}
    = its header and the index disagree
    > son en-tête et l'index se contredisent
    = its header cannot be opened: {1}
    > son en-tête ne peut être déchiffré : {1}
    = its header cannot be read
    > son en-tête est illisible
    = its blob {1} is in no index
    > son blob {1} n'est dans aucun index
    = its size is given as {1} bytes, its content has {2}
    > sa taille annoncée est de {1} octets, son contenu en a {2}
    = the new key does not open the new repository
    > la nouvelle clé n'ouvre pas le nouveau dépôt
    = there is no key file in {1}
    > il n'y a pas de fichier de clé dans {1}
    = its chunker polynomial is not irreducible
    > son polynôme de découpage n'est pas irréductible
    = it mixes data and trees, as old programs did; harmless
    > il mêle données et arbres, comme le faisaient d'anciens programmes ; sans gravité

    Entries of trees
    = has no name
    > n'a pas de nom
    = is named like a directory itself or its parent
    > porte le nom du dossier lui-même ou de son parent
    = has a slash or a zero byte in its name
    > a une barre oblique ou un octet nul dans son nom
    = is not in its place in the order of names
    > n'est pas à sa place dans l'ordre des noms
    = has the name of another entry
    > a le nom d'un autre élément
    = has no type
    > n'a pas de type
    = is of the unknown type '{1}'
    > est du type inconnu « {1} »
    = is a directory without a tree
    > est un dossier sans arbre
    = is a file without a list of blobs
    > est un fichier sans liste de blobs
    = is a symbolic link without a target
    > est un lien symbolique sans cible
    = has no modification time
    > n'a pas de date de modification
    = no file may have this name; it was not restored
    > aucun fichier ne peut porter ce nom ; il n'a pas été restauré
    = the directory has no tree in the snapshot
    > le dossier n'a pas d'arbre dans l'instantané
    = entries of type '{1}' cannot be restored
    > les éléments de type « {1} » ne peuvent être restaurés
    = the snapshot says {1} bytes, its content has {2}
    > l'instantané indique {1} octets, son contenu en a {2}
    = its content differs from the snapshot at byte {1}
    > son contenu diffère de l'instantané à l'octet {1}
    = it is longer than in the snapshot
    > il est plus long que dans l'instantané
    = nothing in the snapshot matches the patterns
    > rien dans l'instantané ne correspond aux motifs

    Locks
    = nobody knows whom: it cannot be read
    > on ne sait qui : il est illisible
    = no lock could be written ({1}); going on without: let nobody else use this repository meanwhile
    > aucun verrou n'a pu être écrit ({1}) ; la commande continue sans : que personne d'autre ne se serve de ce dépôt pendant ce temps
    = no lock could be written ({1}); going on without: let nobody prune this repository meanwhile
    > aucun verrou n'a pu être écrit ({1}) ; la commande continue sans : que personne n'élague ce dépôt pendant ce temps
    = waiting for {1}
    > attente : {1}
    = removed lock {1}, left by a Coffre process of this machine that is gone
    > verrou {1} retiré : il restait d'un processus Coffre de cette machine, disparu depuis
    = Wait for it to end, or give --retry-lock 10m.
    > Attendez qu'il se termine, ou donnez --retry-lock 10m.
    = its process is gone from this machine
    > son processus n'existe plus sur cette machine
    = it was not refreshed for more than half an hour
    > il n'a pas été renouvelé depuis plus d'une demi-heure
    = The lock looks dead: {1}. Run `coffre repo unlock`; it removes such locks only.
    > Le verrou semble mort : {1}. Lancez `coffre repo unlock` ; il ne retire que de tels verrous.
    = process {1} of {2} on {3} since {4}
    > le processus {1} de {2} sur {3} depuis {4}

    Jobs
    = interrupted
    > interrompu
    = terminated
    > arrêté
    = Run the same command again when you like; it goes on from what is done.
    > Relancez la même commande quand vous voudrez ; elle repart de ce qui est fait.
    = stopped because another part of the job failed
    > arrêté parce qu'une autre partie du travail a échoué
    = no parent snapshot: everything is read
    > pas d'instantané parent : tout est lu
    = parent snapshot {1} of {2}
    > instantané parent {1} du {2}
    = what it held is stored again if the source still has it
    > son contenu est enregistré de nouveau si la source l'a encore
    = passed over
    > ignoré
    = {1}; {2}
    > {1} ; {2}
    = restoring snapshot {1} of {2} on {3}: {4}
    > restauration de l'instantané {1} du {2} sur {3} : {4}
    = it changed while it was read, twice; what was read is stored
    > il a changé pendant sa lecture, deux fois ; ce qui a été lu est enregistré
    = a socket is not stored
    > une socket n'est pas enregistrée
    = not entered: it belongs to the kernel
    > non parcouru : il appartient au noyau
    = left out: Coffre itself works in it
    > laissé de côté : Coffre lui-même y travaille
    = vanished since it was listed
    > disparu depuis qu'il a été listé
    = the parent snapshot
    > l'instantané parent
    = the parent snapshot's tree cannot be read; all files below are read again
    > l'arbre de l'instantané parent est illisible ; tous les fichiers en dessous sont relus
    = tree {1} of {2}
    > l'arbre {1} ({2})
    = '{1}' in snapshot {2}
    > « {1} » dans l'instantané {2}

    Phases
    = backup
    > sauvegarde
    = restore
    > restauration
    = check: {1}
    > vérification : {1}
    = opening
    > ouverture
    = index
    > index
    = trees
    > arbres
    = data
    > données
    = snapshots
    > instantanés
    """#
}
