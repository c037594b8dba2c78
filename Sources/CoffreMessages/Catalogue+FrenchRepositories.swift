extension Catalogue {
  /// Making, copying and describing repositories; keys and passwords.
  static let frenchRepositories = #"""
    Copy
    = the two repositories cut files differently: what is backed up to both shares nothing. The copy is whole all the same; `coffre repo init --copy-chunker-params` makes a repository that cuts like another
    > les deux dépôts découpent les fichiers différemment : ce qui est sauvegardé dans les deux n'a rien en commun. La copie est complète malgré tout ; `coffre repo init --copy-chunker-params` crée un dépôt qui découpe comme un autre
    = copy: trees
    > copie : arbres
    = copy: data
    > copie : données
    = {1}; it is not copied
    > {1} ; il n'est pas copié
    = snapshot {1} is there already, as {2}
    > l'instantané {1} y est déjà, sous le nom {2}

    Repository cache
    = the cache in '{1}' is of a newer program: going on without it
    > le cache dans « {1} » vient d'un programme plus récent : la commande continue sans lui
    = the cache in '{1}' cannot be written ({2}): going on without it
    > le cache dans « {1} » ne peut être écrit ({2}) : la commande continue sans lui

    Content error
    = cannot read '{1}'
    > impossible de lire « {1} »

    Copier
    = it is not copied: '{1}' cannot be had: {2}
    > il n'est pas copié : « {1} » ne peut être obtenu : {2}
    = snapshot {1} of {2} is copied as {3}
    > l'instantané {1} du {2} est copié sous le nom {3}

    Key error
    = no key matches '{1}'
    > aucune clé ne correspond à « {1} »
    = See `coffre repo key list` for what there is.
    > `coffre repo key list` montre celles qui existent.
    = '{1}' matches several keys
    > « {1} » correspond à plusieurs clés
    = Give more digits of the id.
    > Donnez plus de chiffres de l'identifiant.
    = key {1} is the one whose password was given
    > la clé {1} est celle dont le mot de passe a été donné
    = Give the password of another key, or change this one with `coffre repo key passwd`.
    > Donnez le mot de passe d'une autre clé, ou changez celui-ci avec `coffre repo key passwd`.
    = key {1} is the last one that can be read: without it nobody could open the repository
    > la clé {1} est la dernière qui soit lisible : sans elle, personne ne pourrait ouvrir le dépôt
    = Add another with `coffre repo key add` first.
    > Ajoutez-en d'abord une autre avec `coffre repo key add`.
    = the repository has {1} keys, and programs try no more than that
    > le dépôt a {1} clés, et les programmes n'en essaient pas davantage
    = Remove one that nobody needs with `coffre repo key remove`.
    > Supprimez-en une dont personne n'a besoin avec `coffre repo key remove`.
    = the new key does not open the repository; it was removed again, and the old password still holds
    > la nouvelle clé n'ouvre pas le dépôt ; elle a été retirée, et l'ancien mot de passe reste valable
    = Run `coffre repo check`, then try again.
    > Lancez `coffre repo check`, puis réessayez.
    = the new password opens the repository (key {1}), but the old one still does too: key {2} stays
    > le nouveau mot de passe ouvre le dépôt (clé {1}), mais l'ancien aussi : la clé {2} demeure
    = With the new password, run `coffre repo key remove {1}`.
    > Avec le nouveau mot de passe, lancez `coffre repo key remove {1}`.

    Repository error
    = Run `coffre repo check --read-data` to see what else is, and how to repair it.
    > Lancez `coffre repo check --read-data` pour voir ce qui l'est aussi, et comment le réparer.
    = Run `coffre repo check`, which says how to repair it; a new backup of the same files stores the blob again.
    > Lancez `coffre repo check`, qui dit comment réparer ; une nouvelle sauvegarde des mêmes fichiers enregistrera de nouveau ce blob.
    = no {1} has an id that begins with '{2}'
    > aucun objet de type « {1} » n'a d'identifiant commençant par « {2} »
    = Check the id; other commands show ids with --json.
    > Vérifiez l'identifiant ; les autres commandes les montrent avec --json.
    = several ids of kind {1} begin with '{2}'
    > plusieurs identifiants d'objets de type « {1} » commencent par « {2} »
    = blob {1}
    > blob {1}

    Info report
    = sizes of another program (rustic), polynomial {1}
    > tailles d'un autre programme (rustic), polynôme {1}
    = 512 KiB to 8 MiB, polynomial {1}
    > de 512 Kio à 8 Mio, polynôme {1}
    = {1}, opened by {2}
    > {1}, ouvert avec {2}
    = {1}: {2} of data, {3} of trees
    > {1} : {2} de données, {3} d'arbres
    = {1} % saved, ratio {2} where it is used
    > {1} % gagnés, rapport {2} là où elle sert
    = {1}, {2} % of the blobs
    > {1}, {2} % des blobs
    = {1} of {2} on {3}
    > {1} du {2} sur {3}
    = exclusive, held by {1}
    > exclusif, détenu par {1}
    = held by {1}
    > détenu par {1}
    = {1} {2}; looks dead
    > {1} {2} ; semble mort
    = location
    > emplacement
    = id
    > identifiant
    = version
    > version
    = chunks
    > morceaux
    = keys
    > clés
    = size
    > taille
    = compression
    > compression
    = unused
    > inutilisé
    = oldest
    > le plus ancien
    = newest
    > le plus récent
    = locks
    > verrous

    Repo copy
    = only tell what would be copied
    > dire seulement ce qui serait copié
    = copy snapshots from another repository
    > copier des instantanés depuis un autre dépôt
    = ids, their beginnings, or 'latest'; all without any
    > des identifiants, leurs débuts ou « latest » ; tous sans cela
    = Copies into the repository of --repo what it lacks, out of the one of --from-repo, which is only read. Everything is verified on the way and sealed anew: the two need not share password, version or compression. Snapshots that were copied before are left out, also those that restic copied; a copy that was cut off goes on when it is run again.\n\nA snapshot of which anything in the source is damaged or missing is named and not copied; the others are. Then the command ends with 3, or with 1 if none of the snapshots could be had.
    > Copie dans le dépôt de --repo ce qui lui manque, depuis celui de --from-repo, qui n'est que lu. Tout est vérifié au passage et chiffré de nouveau : les deux n'ont à partager ni mot de passe, ni version, ni compression. Les instantanés déjà copiés sont laissés de côté, même copiés par restic ; une copie interrompue reprend quand on la relance.\n\nUn instantané dont quelque chose est endommagé ou manque dans la source est nommé et n'est pas copié ; les autres le sont. La commande se termine alors par le code 3, ou par 1 si aucun instantané n'a pu être copié.
    = also: none of the snapshots could be copied
    > aussi : aucun des instantanés n'a pu être copié
    = some snapshots could not be copied: the source is damaged
    > certains instantanés n'ont pas pu être copiés : la source est endommagée
    = the newest of one host
    > le plus récent d'une machine
    = --from-repo and --repo name the same place
    > --from-repo et --repo désignent le même emplacement
    = Copy from one repository into another.
    > Copiez d'un dépôt dans un autre.
    = nothing to copy: {1} there already
    > rien à copier : {1} déjà en place
    = would copy {1}; {2} there already
    > à copier : {1} ; déjà en place : {2}
    = would read {1}, {2}
    > à lire : {1}, {2}
    = copied {1}; {2} there already
    > copié : {1} ; déjà en place : {2}
    = read {1}, {2}; stored {3}, in {4}
    > lu : {1}, {2} ; enregistré : {3}, en {4}
    = NOT COPIED: {1}, because the source is damaged
    > NON COPIÉ : {1}, car la source est endommagée
    = next: coffre repo check --read-data on the source; a new backup into it stores again what was lost
    > ensuite : coffre repo check --read-data sur la source ; une nouvelle sauvegarde y enregistrera ce qui est perdu
    = next: coffre repo check -r {1}
    > ensuite : coffre repo check -r {1}

    Repo info
    = also tell how much no snapshot needs; reads all trees
    > dire aussi ce dont aucun instantané n'a besoin ; lit tous les arbres
    = tell what a repository is and holds
    > dire ce qu'est un dépôt et ce qu'il contient
    = also: a snapshot cannot be read
    > aussi : un instantané est illisible

    Repo init
    = 1 knows no compression: for programs older than restic 0.14
    > version du dépôt, 1 (sans compression) pour les programmes d'avant restic 0.14
    = cut files as the repository of --from-repo does, so that copies share their data
    > découper les fichiers comme le dépôt de --from-repo, pour que les copies partagent leurs données
    = make a new repository
    > créer un nouveau dépôt
    = The place is made if need be. Whoever has the password can read all; without it nothing can be read.\n\nEach new repository cuts files in its own way, which nobody can guess from outside. For one that is to take copies from another and backups of the same files as well, take over the other's way with --copy-chunker-params.
    > L'emplacement est créé au besoin. Qui a le mot de passe peut tout lire ; sans lui, rien ne peut être lu.\n\nChaque nouveau dépôt découpe les fichiers à sa manière, que personne ne peut deviner du dehors. Pour un dépôt qui doit recevoir à la fois des copies d'un autre et des sauvegardes des mêmes fichiers, reprenez la manière de l'autre avec --copy-chunker-params.
    = there is a repository already
    > il y a déjà un dépôt
    = there is no repository at --from-repo
    > il n'y a pas de dépôt à l'emplacement de --from-repo
    = ready for `coffre repo copy`
    > prêt pour `coffre repo copy`
    = made repository {1} at '{2}'
    > dépôt {1} créé dans « {2} »
    = keep its password safe: without it nothing in the repository can be read, by anybody
    > gardez bien son mot de passe : sans lui, rien dans le dépôt ne peut être lu, par personne
    = next: coffre backup -r {1} PATH…
    > ensuite : coffre backup -r {1} CHEMIN…
    = --from-repo alone does nothing here
    > --from-repo seul ne fait rien ici
    = Add --copy-chunker-params; what the other repository holds comes with `coffre repo copy` afterwards.
    > Ajoutez --copy-chunker-params ; le contenu de l'autre dépôt vient ensuite par `coffre repo copy`.
    = Leave --copy-chunker-params away; Coffre cuts as restic does.
    > N'employez pas --copy-chunker-params ; Coffre découpe comme restic.
    = <version>
    > <version>

    Repo key add
    = add a password that opens the repository
    > ajouter un mot de passe qui ouvre le dépôt
    = The new password opens everything in the repository, as all others do. It is asked for twice unless an option tells where it stands; it is never an argument, which every user of the machine could read.
    > Le nouveau mot de passe ouvre tout le dépôt, comme tous les autres. Il est demandé deux fois, sauf si une option dit où il se trouve ; il n'est jamais un argument, que tout utilisateur de la machine pourrait lire.
    = also: there are 20 keys already
    > aussi : il y a déjà 20 clés
    = added key {1}; its password opens the repository
    > clé {1} ajoutée ; son mot de passe ouvre le dépôt
    = next: coffre repo key list -r {1}
    > ensuite : coffre repo key list -r {1}

    Repo key list
    = show the keys whose passwords open the repository
    > afficher les clés dont les mots de passe ouvrent le dépôt
    = The key whose password was given is marked with a star.
    > La clé dont le mot de passe a été donné est marquée d'une étoile.
    = also: a key is damaged
    > aussi : une clé est endommagée
    = ID
    > ID
    = USER
    > UTILISATEUR
    = HOST
    > MACHINE
    = CREATED
    > CRÉÉE
    = {1} key
    > {1} clé
    = {1} keys
    > {1} clés

    Repo key passwd
    = change the password that was given
    > changer le mot de passe donné
    = A key with the new password is added and tried; then the key that was used is removed. Keys with other passwords stay as they are.\n\nWhat is stored stays sealed as it is: whoever once had a password and took copies of key files and data can still read those. If a password is in the wrong hands, make a new repository and copy into it with `coffre repo copy`.
    > Une clé avec le nouveau mot de passe est ajoutée et essayée ; puis la clé utilisée est supprimée. Les clés à autre mot de passe restent telles quelles.\n\nCe qui est enregistré reste chiffré tel quel : qui a connu un mot de passe et pris copie des fichiers de clé et des données peut toujours les lire. Si un mot de passe est en de mauvaises mains, créez un nouveau dépôt et copiez-y tout avec `coffre repo copy`.
    = changed the password: key {1} takes the place of {2}; the old password opens nothing any more
    > mot de passe changé : la clé {1} remplace {2} ; l'ancien mot de passe n'ouvre plus rien

    Repo key remove
    = only tell what would be removed
    > dire seulement ce qui serait supprimé
    = remove a key, so that its password opens nothing
    > supprimer une clé : son mot de passe n'ouvre plus rien
    = the id of a key, or its beginning
    > l'identifiant d'une clé, ou son début
    = The key whose password is given stays, whatever is asked: so there is always one left. A damaged key file can be removed too.
    > La clé dont le mot de passe est donné reste, quoi qu'on demande : il en demeure ainsi toujours une. Un fichier de clé endommagé peut aussi être supprimé.
    = also: it is the key in use, or the last one
    > aussi : c'est la clé employée, ou la dernière
    = no new password
    > pas de nouveau mot de passe
    = None is needed to remove a key.
    > Il n'en faut pas pour supprimer une clé.
    = would remove key {1}
    > clé à supprimer : {1}
    = removed key {1}; its password opens nothing any more
    > clé {1} supprimée ; son mot de passe n'ouvre plus rien
    = <key>
    > <clé>

    Repo stats
    = what to count
    > ce qu'il faut compter
    = show each snapshot: its size, what it added, what is its own
    > montrer chaque instantané : sa taille, ce qu'il a ajouté, ce qui n'est qu'à lui
    = count what snapshots take
    > mesurer ce qu'occupent les instantanés
    = an id, its beginning, or 'latest'; all without any
    > un identifiant, son début ou « latest » ; tous sans cela
    = restore-size: what restoring each snapshot would bring; hard links count once.\n\nfiles-by-contents: files of different contents, each once.\n\nblobs-per-file: the blobs of each file, each once for each path.\n\nraw-data: what they take in the repository, each blob once, compressed.\n\n--per-snapshot shows the size of each and, in bytes of the repository, what it added to those before it and what is its own alone: so much would be free without it.
    > restore-size : ce que donnerait la restauration de chaque instantané ; les liens physiques comptent une fois.\n\nfiles-by-contents : les fichiers de contenus différents, chacun une fois.\n\nblobs-per-file : les blobs de chaque fichier, chacun une fois par chemin.\n\nraw-data : ce qu'ils occupent dans le dépôt, chaque blob une fois, compressé.\n\n--per-snapshot montre la taille de chacun et, en octets du dépôt, ce qu'il a ajouté aux précédents et ce qui n'est qu'à lui : ce qui serait libre sans lui.
    = what is a snapshot's own cannot be told while another cannot be read
    > ce qui n'est qu'à un instantané ne peut être dit tant qu'un autre est illisible
    = Leave out --per-snapshot.
    > N'employez pas --per-snapshot.

    Repo unlock
    = remove every lock, also those still held
    > supprimer tous les verrous, même ceux encore tenus
    = remove locks that nobody holds any more
    > supprimer les verrous que personne ne tient plus
    = A lock is dead if it was not refreshed for half an hour, or if its process is gone from this machine.
    > Un verrou est mort s'il n'a pas été renouvelé depuis une demi-heure, ou si son processus n'existe plus sur cette machine.
    = removed lock {1} of {2}
    > verrou {1} supprimé, de {2}
    = left lock {1} of {2}: it may still be held
    > verrou {1} laissé, de {2} : il est peut-être encore tenu
    = no dead locks
    > aucun verrou mort

    From repository
    = where the other repository lies
    > où se trouve l'autre dépôt
    = read the other repository's address from a file, password and all
    > lire l'adresse de l'autre dépôt, mot de passe compris, dans un fichier
    = read the other repository's password from a file
    > lire le mot de passe de l'autre dépôt dans un fichier
    = read the other repository's password from a program's output
    > lire le mot de passe de l'autre dépôt dans la sortie d'un programme
    = try this key of the other repository first
    > essayer d'abord cette clé de l'autre dépôt

    Key
    = read the new password from a file
    > lire le nouveau mot de passe dans un fichier
    = read the new password from a program's output
    > lire le nouveau mot de passe dans la sortie d'un programme
    = the host that the key names
    > la machine que nomme la clé
    = the user that the key names
    > l'utilisateur que nomme la clé
    = whoever runs this
    > celui qui lance la commande

    Password source
    = Give --{1} or --{2}, or set {3}.
    > Donnez --{1} ou --{2}, ou définissez {3}.
    = Give --{1} or --{2}.
    > Donnez --{1} ou --{2}.
    = no password for the repository
    > pas de mot de passe pour le dépôt
    = no password for the other repository
    > pas de mot de passe pour l'autre dépôt
    = password of the repository '{1}': 
    > mot de passe du dépôt « {1} » : 
    = password of the repository: 
    > mot de passe du dépôt : 
    = password of the other repository '{1}': 
    > mot de passe de l'autre dépôt « {1} » : 
    = password of the other repository: 
    > mot de passe de l'autre dépôt : 
    = new password: 
    > nouveau mot de passe : 
    = the password is empty
    > le mot de passe est vide
    = Give one that is not.
    > Donnez-en un qui ne l'est pas.
    = the password file '{1}' cannot be read: {2}
    > le fichier de mot de passe « {1} » est illisible : {2}
    = Give the path of a file that holds the repository's password.
    > Donnez le chemin d'un fichier qui contient le mot de passe du dépôt.
    = the same again: 
    > encore une fois le même : 
    = the two passwords differ
    > les deux mots de passe diffèrent
    = Run the command again.
    > Relancez la commande.
    = the password command '{1}' cannot be started
    > la commande de mot de passe « {1} » ne peut être démarrée
    = Check its name and whether it is installed.
    > Vérifiez son nom et qu'elle est installée.
    = the password command failed
    > la commande de mot de passe a échoué

    Content pipeline
    = file '{1}'
    > le fichier « {1} »

    Lost blobs
    = blob {1}: {2}
    > blob {1} : {2}
    """#
}
