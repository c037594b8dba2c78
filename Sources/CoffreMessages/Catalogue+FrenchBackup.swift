extension Catalogue {
  /// Backing up: sources, patterns, options, summaries.
  static let frenchBackup = #"""
    Archive worker
    = it does not leave its folder out: {1}
    > il n'exclut pas son dossier : {1}
    = the pattern matches nothing
    > rien ne correspond au motif

    Folder markers
    = its beginning is not what makes it a marker
    > son début n'est pas celui d'un marqueur

    Backup
    = '{1}' of '--time' is no moment
    > « {1} » pour « --time » n'est pas une date
    = Write it as '2026-11-21 14:05:09' or '2026-11-21T14:05:09+01:00'.
    > Écrivez « 2026-11-21 14:05:09 » ou « 2026-11-21T14:05:09+01:00 ».
    = --stdin and paths exclude each other
    > --stdin et des chemins s'excluent
    = Make two backups.
    > Faites deux sauvegardes.
    = nothing to back up is named
    > rien à sauvegarder n'est indiqué
    = Name files and folders, or give --files-from or --stdin.
    > Indiquez des fichiers et dossiers, ou donnez --files-from ou --stdin.
    = '{1}:…' is no path, and this program knows no such source
    > « {1}:… » n'est pas un chemin, et ce programme ne connaît pas de telle source
    = Give files and folders; a path that begins like this is written './…'.
    > Donnez des fichiers et dossiers ; un chemin qui commence ainsi s'écrit « ./… ».
    = '{1}' of '--exclude-if-present' does not begin with the name of an entry
    > « {1} » pour « --exclude-if-present » ne commence pas par le nom d'un élément
    = Write it as NAME or NAME:HEADER.
    > Écrivez NOM ou NOM:EN-TÊTE.
    = leave out folders marked by a CACHEDIR.TAG
    > exclure les dossiers marqués par un CACHEDIR.TAG
    = leave out folders that hold such an entry, one that begins with the header if that is given
    > exclure les dossiers contenant cet élément ; si l'en-tête est donné, seulement s'il commence ainsi
    = leave out files that are larger
    > exclure les fichiers plus grands
    = stay on the file systems of the sources
    > rester sur les systèmes de fichiers des sources
    = back up what standard input brings
    > sauvegarder ce qu'apporte l'entrée standard
    = name of the streamed file in the snapshot
    > nom dans l'instantané du fichier reçu en flux
    = back up what a command prints, if it ends well
    > sauvegarder la sortie d'une commande, si elle se termine bien
    = give the snapshot tags, several joined by commas
    > donner à l'instantané des étiquettes, séparées par des virgules
    = the host the snapshot belongs to
    > la machine à laquelle appartient l'instantané
    = this machine
    > cette machine
    = the snapshot's time: '2026-11-21 14:05:09', or RFC 3339
    > la date de l'instantané : « 2026-11-21 14:05:09 », ou RFC 3339
    = now
    > maintenant
    = store the times of the last access too
    > enregistrer aussi les dates de dernier accès
    = make no snapshot if it would be the same as its parent
    > ne pas créer d'instantané s'il était identique à son parent
    = compare with this snapshot
    > comparer avec cet instantané
    = the newest of the group
    > le plus récent du groupe
    = what the parent has in common with the backup: host, paths and tags, joined by commas, or 'none'
    > ce que le parent a en commun avec la sauvegarde : host, paths et tags, séparés par des virgules, ou « none »
    = read all files, changed or not
    > lire tous les fichiers, modifiés ou non
    = files with another inode or change time may be unchanged
    > tenir pour inchangés les fichiers dont l'inode ou la date de changement (ctime) diffère
    = files with another change time may be unchanged
    > tenir pour inchangés les fichiers dont la date de changement (ctime) diffère
    = count files that change while read as losses (exit 3)
    > compter comme pertes les fichiers modifiés pendant leur lecture (code 3)
    = only tell what would be stored
    > dire seulement ce qui serait enregistré
    = open and hash every blob again before it is stored, not one of 32
    > rouvrir et vérifier chaque blob avant de l'enregistrer, et non un sur 32
    = how hard to compress new data
    > niveau de compression des nouvelles données
    = about how large the files in the repository become
    > taille approximative des fichiers du dépôt
    = how many files, or parts of a database, are read at once
    > nombre de fichiers, ou de parties d'une base, lus à la fois
    = two more than there are processors; of a database as many, two at least
    > deux de plus que de processeurs ; d'une base, autant que de processeurs, au moins deux
    = without effect
    > sans effet
    = store files, folders or databases as a new snapshot
    > enregistrer fichiers, dossiers ou bases en un instantané
    = files, folders and addresses of databases
    > fichiers, dossiers et adresses de bases de données
    = a database, whole and proved
    > une base de données, entière et prouvée
    = All paths of one command make one snapshot. Unchanged files are not read again: those whose size, times and inode are as in the parent snapshot.\n\nAn absolute source lies in the snapshot under its whole path, a relative one as it is written, without '..': in /srv, `coffre backup shop/data ../etc` makes /shop/data and /etc there, as restic does. Lists show both by their absolute paths; what `restore` wants is what `snapshot ls` shows.\n\nA pattern without a leading slash matches at any depth, one with a slash from the root on; '**' stands for any number of folders. What is named on the command line is not left out by patterns, what lies in it is. In files of patterns $NAME stands for an environment variable. For lists of sources '-' means standard input.\n\nThe repository itself and Coffre's own folders are left out.\n\nAn address, as postgresql://user@host/name or sqlite:/srv/app/data.db, stands for a database, that of a server without a name for all of its databases; mariadb-physical://user@localhost for the files of a MariaDB server here. Each makes a snapshot of its own. Look at it before with `coffre source test`.\n\nWith --to, a backup is a folder with an archive on a shelf, full or with what changed (--variant); with a --name-template that does not end with '/', it is the archive itself and two files beside it. --encrypt takes what it needs as `coffre archive create` does; -p is the archive's password then. The list of entries beside the archive, with names, sizes, times and checksums, is not encrypted.
    > Tous les chemins d'une commande forment un seul instantané. Les fichiers inchangés ne sont pas relus : ceux dont la taille, les dates et l'inode sont les mêmes que dans l'instantané parent.\n\nUne source absolue se trouve dans l'instantané sous son chemin entier, une source relative telle qu'elle est écrite, sans « .. » : dans /srv, `coffre backup shop/data ../etc` y fait /shop/data et /etc, comme restic. Les listes donnent pour les deux le chemin absolu ; ce que veut `restore` est ce que montre `snapshot ls`.\n\nUn motif sans barre oblique initiale s'applique à toute profondeur, avec elle à partir de la racine ; « ** » remplace un nombre quelconque de dossiers. Ce qui est nommé sur la ligne de commande n'est pas exclu par les motifs, ce qui s'y trouve peut l'être. Dans les fichiers de motifs, $NOM désigne une variable d'environnement. Pour les listes de sources, « - » désigne l'entrée standard.\n\nLe dépôt lui-même et les dossiers propres à Coffre sont exclus.\n\nUne adresse, comme postgresql://utilisateur@hôte/nom ou sqlite:/srv/app/data.db, désigne une base, celle d'un serveur sans nom de base toutes les siennes ; mariadb-physical://utilisateur@localhost, les fichiers d'un serveur MariaDB d'ici. Chacune forme un instantané à elle. Examinez-la d'abord avec `coffre source test`.\n\nAvec --to, une sauvegarde est un dossier avec une archive sur une étagère, complète ou avec ce qui a changé (--variant) ; avec un --name-template qui ne finit pas par « / », c'est l'archive elle-même, avec deux fichiers à côté. --encrypt prend ce qu'il lui faut comme `coffre archive create` ; -p est alors le mot de passe de l'archive. La liste des entrées à côté de l'archive, avec noms, tailles, dates et sommes de contrôle, n'est pas chiffrée.
    = also: no source can be read
    > aussi : aucune source n'est lisible
    = a snapshot exists, but something could not be read
    > un instantané existe, mais quelque chose n'a pas pu être lu
    = the command of a stream failed, or a database would not be whole
    > la commande d'un flux a échoué, ou une base ne serait pas entière
    = fails if pg_dump does
    > échoue si pg_dump échoue
    = <name[:header]>
    > <nom[:en-tête]>
    = <size>
    > <taille>
    = <moment>
    > <date>
    = <groups>
    > <critères>
    = <mode>
    > <mode>
    = <MiB>
    > <Mio>
    = <number>
    > <nombre>

    Backup summary
    = {1}, {2}: {3} new, {4} changed, {5} unmodified
    > {1}, {2} (nouveaux : {3}, modifiés : {4}, inchangés : {5})
    = would add {1}, {2} stored, in {3}
    > à ajouter : {1} ({2} dans le dépôt), en {3}
    = dry run: nothing was stored
    > simulation : rien n'a été enregistré
    = added {1}, {2} stored, in {3}
    > ajouté : {1} ({2} dans le dépôt), en {3}
    = no snapshot: all that could be read is as in {1}; {2} could not be read
    > pas d'instantané : tout ce qui a pu être lu est comme dans {1} ; lecture impossible de {2}
    = no snapshot: nothing changed since {1}
    > pas d'instantané : rien n'a changé depuis {1}
    = snapshot {1} saved, INCOMPLETE: {2} could not be read
    > instantané {1} enregistré, INCOMPLET : lecture impossible de {2}
    = snapshot {1} saved
    > instantané {1} enregistré

    File lists
    = read sources from a file: shell patterns, one a line, '#' comments
    > lire les sources dans un fichier : motifs de shell, un par ligne, commentaires avec « # »
    = read sources from a file: paths as they are, one a line
    > lire les sources dans un fichier : des chemins tels quels, un par ligne
    = read sources from a file: paths, each ended by a NUL byte
    > lire les sources dans un fichier : des chemins, chacun terminé par un octet nul
    = standard input can be read only once
    > l'entrée standard ne peut être lue qu'une fois
    = Give '-' to one of the options.
    > Ne donnez « - » qu'à une seule des options.
    = Correct it in '{1}', or use --files-from-verbatim.
    > Corrigez-le dans « {1} », ou employez --files-from-verbatim.
    = the last name in '{1}' does not end with a NUL byte
    > le dernier nom dans « {1} » ne se termine pas par un octet nul
    = Make the list with `find … -print0`, or use --files-from-verbatim.
    > Établissez la liste avec `find … -print0`, ou employez --files-from-verbatim.
    = there is an empty name in '{1}'
    > il y a un nom vide dans « {1} »
    = Make the list with `find … -print0`.
    > Établissez la liste avec `find … -print0`.

    Pattern
    = leave out what matches; '!' takes back
    > exclure ce qui correspond ; « ! » réintègre
    = read such patterns from a file, one a line
    > lire de tels motifs dans un fichier, un par ligne
    = as --exclude, in upper and lower case
    > comme --exclude, sans distinguer majuscules et minuscules
    = as --exclude-file, in upper and lower case
    > comme --exclude-file, sans distinguer majuscules et minuscules
    = only what matches
    > seulement ce qui correspond
    = as --include, in upper and lower case
    > comme --include, sans distinguer majuscules et minuscules
    = as --include-file, in upper and lower case
    > comme --include-file, sans distinguer majuscules et minuscules
    = Correct it in {1}.
    > Corrigez-le dans {1}.
    """#
}
