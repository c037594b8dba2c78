extension Catalogue {
  /// Looking at snapshots: lists, contents, differences, figures.
  static let frenchSnapshots = #"""
    File statistics
    = snapshot {1}
    > instantané {1}

    Snapshot cat
    = with 'masterkey': print the key that opens everything, for ever
    > avec « masterkey » : afficher la clé qui ouvre tout, pour toujours
    = print an object of the repository
    > afficher un objet du dépôt
    = its id or the beginning of it; of a tree: a snapshot, ':PATH' behind it
    > son identifiant ou le début ; pour tree : un instantané, suivi de « :CHEMIN »
    = For finding out what is wrong with a repository. Documents are shown on several lines, with --json on one; blobs, trees and packs come byte by byte. Everything is checked before it is printed.
    > Pour trouver ce qui ne va pas dans un dépôt. Les documents s'affichent sur plusieurs lignes, avec --json sur une seule ; blobs, arbres et packs viennent octet par octet. Tout est vérifié avant d'être affiché.
    = not there, or damaged
    > absent, ou endommagé
    = there are no objects of kind '{1}'
    > il n'y a pas d'objets de type « {1} »
    = Write one of {1}.
    > Écrivez {1}.
    = '{1}' needs an id
    > « {1} » attend un identifiant
    = '{1}' takes no id: there is only one
    > « {1} » ne prend pas d'identifiant : il n'y en a qu'un
    = Write it behind the kind.
    > Écrivez-le après le type.
    = Leave the id out.
    > N'indiquez pas d'identifiant.
    = the master key opens everything in the repository, for ever, whatever its passwords become
    > la clé maîtresse ouvre tout le dépôt, pour toujours, quoi que deviennent ses mots de passe
    = Give --reveal-secret if it must be shown.
    > Donnez --reveal-secret si elle doit être affichée.
    = '{1}' is no id
    > « {1} » n'est pas un identifiant
    = Give its hexadecimal digits, or the first of them.
    > Donnez ses chiffres hexadécimaux, ou les premiers.
    = this command
    > cette commande
    = a pack would go to the terminal
    > un pack irait vers le terminal
    = Send it to a file or a program.
    > Envoyez-le vers un fichier ou un programme.
    = <kind>
    > <type>

    Snapshot diff
    = also name entries of which only attributes differ
    > nommer aussi les éléments dont seuls les attributs diffèrent
    = show what differs between two snapshots
    > montrer ce qui diffère entre deux instantanés
    = a snapshot; ':PATH' behind it compares that folder only
    > un instantané ; suivi de « :CHEMIN », seulement ce dossier
    = another one; its folder may have another path
    > un autre ; son dossier peut avoir un autre chemin
    = Each line begins with what happened:\n  +   added\n  -   removed\n  M   other content\n  M?  other content although nothing else changed: perhaps damage on the disk\n  T   of another type\n  U   other attributes (with --metadata)\n\nBlobs and bytes count what is on one side only: what a file that was moved holds does not count.\n\nTwo backups of databases are compared table by table, by what their manifests say; with --rows the chunks of\ntables that differ are read, and rows are told apart by their primary key. Without a key, a row that changed is\none removed and one added.
    > Chaque ligne commence par ce qui s'est passé :\n  +   ajouté\n  -   supprimé\n  M   autre contenu\n  M?  autre contenu alors que rien d'autre n'a changé : peut-être un dégât du disque\n  T   d'un autre type\n  U   autres attributs (avec --metadata)\n\nLes blobs et octets ne comptent que ce qui est d'un seul côté : ce que contient un fichier déplacé ne compte pas.\n\nDeux sauvegardes de bases de données sont comparées table par table, d'après leurs manifestes ; avec --rows, les morceaux des tables qui diffèrent sont lus, et les lignes se distinguent par leur clé primaire. Sans clé, une ligne modifiée compte comme une supprimée et une ajoutée.
    = comparing snapshot {1} with {2}
    > comparaison de l'instantané {1} avec {2}
    = ADDED
    > AJOUTÉ
    = REMOVED
    > SUPPRIMÉ
    = CHANGED
    > MODIFIÉ
    = data blobs
    > blobs de données
    = tree blobs
    > blobs d'arbres
    = <before>
    > <avant>
    = <after>
    > <après>
    = others
    > autres
    = bytes
    > octets

    Snapshot find
    = let capital and small letters be the same
    > ne pas distinguer majuscules et minuscules
    = only what was modified then or later: '2026-11-21 14:05', or '7d' for a week ago
    > seulement ce qui a été modifié à cette date ou après : « 2026-11-21 14:05 », ou « 7d » pour il y a une semaine
    = only what was modified then or earlier
    > seulement ce qui a été modifié à cette date ou avant
    = only files of more bytes: '10M'
    > seulement les fichiers plus grands : « 10M »
    = only files of fewer bytes
    > seulement les fichiers plus petits
    = only entries of this type
    > seulement les éléments de ce type
    = look only in this snapshot
    > ne chercher que dans cet instantané
    = begin with the oldest snapshot
    > commencer par l'instantané le plus ancien
    = the patterns are ids of blobs: find the files that hold them
    > les motifs sont des identifiants de blobs : trouver les fichiers qui les contiennent
    = the patterns are ids of trees: find their folders
    > les motifs sont des identifiants d'arbres : trouver leurs dossiers
    = the patterns are ids of packs: find what lies in them
    > les motifs sont des identifiants de packs : trouver ce qui s'y trouve
    = with --blob and --tree: name the packs that hold them
    > avec --blob et --tree : nommer les packs qui les contiennent
    = find files in snapshots
    > trouver des fichiers dans les instantanés
    = a name, a part of a path, or a path from '/', with '*', '?', '[a-z]', '**'
    > un nom, une partie de chemin, ou un chemin depuis « / », avec « * », « ? », « [a-z] », « ** »
    = Patterns are those of --exclude: where a folder matches, so does all that lies in it. Newest snapshots come first. Ids may be shortened.
    > Les motifs sont ceux de --exclude : si un dossier correspond, tout ce qu'il contient aussi. Les instantanés les plus récents viennent en premier. Les identifiants peuvent être abrégés.
    = looked everywhere, whether or not something was found
    > recherche complète, que quelque chose ait été trouvé ou non
    = something could not be read
    > quelque chose n'a pas pu être lu
    = which files a damaged pack concerns
    > quels fichiers un pack endommagé concerne
    = '--{1}' does not go with ids
    > « --{1} » ne va pas avec des identifiants
    = Leave it out.
    > Ne l'employez pas.
    = '--show-pack-id' goes with --blob and --tree only
    > « --show-pack-id » ne va qu'avec --blob et --tree
    = Leave it out, or look for ids.
    > Ne l'employez pas, ou cherchez des identifiants.
    = the pattern '{1}' is not UTF-8
    > le motif « {1} » n'est pas de l'UTF-8
    = Write '?' for such bytes.
    > Écrivez « ? » pour de tels octets.
    = Correct it.
    > Corrigez-le.
    = --oldest is later than --newest: nothing can be both
    > --oldest est postérieur à --newest : rien ne peut satisfaire aux deux
    = Exchange the two.
    > Échangez les deux.
    = '{1}' of '--{2}' is no time
    > « {1} » pour « --{2} » n'est pas une date
    = Write '2026-11-21', '2026-11-21 14:05' or '7d' (ago).
    > Écrivez « 2026-11-21 », « 2026-11-21 14:05 » ou « 7d » (il y a 7 jours).
    = <time>
    > <date>
    = <type>
    > <type>

    Snapshot list
    = group by host, paths and tags, joined by commas
    > grouper par host, paths et tags, séparés par des virgules
    = only the newest so many of each host and paths
    > n'afficher que ce nombre des plus récents, par machine et chemins
    = show ids, times, hosts and tags only
    > n'afficher qu'identifiants, dates, machines et étiquettes
    = show the snapshots of a repository
    > afficher les instantanés d'un dépôt
    = when each thing was last backed up
    > quand chaque chose a été sauvegardée en dernier
    = no snapshots
    > aucun instantané
    = {1} in {2}
    > {1} dans {2}

    Snapshot ls
    = with a path: also what lies deeper
    > avec un chemin : aussi ce qui est plus profond
    = list in this order
    > lister dans cet ordre
    = list in the opposite order
    > lister dans l'ordre inverse
    = list the files of a snapshot
    > lister les fichiers d'un instantané
    = an id, its beginning, or 'latest'; ':PATH' behind it lists that folder only
    > un identifiant, son début ou « latest » ; suivi de « :CHEMIN », seulement ce dossier
    = a folder or file: it and what lies directly in it
    > un dossier ou fichier : lui et ce qui s'y trouve directement
    = Without a path, all of the snapshot is listed. Sorted by anything but the name, the list is shown once it is complete.
    > Sans chemin, tout l'instantané est listé. Triée autrement que par nom, la liste s'affiche une fois complète.
    = snapshot {1} of {2} on {3}
    > instantané {1} du {2} sur {3}

    Snapshot
    = only snapshots of this host
    > seulement les instantanés de cette machine
    = only snapshots that hold this absolute path
    > seulement les instantanés qui contiennent ce chemin absolu
    = only snapshots with all these tags, joined by commas
    > seulement les instantanés portant toutes ces étiquettes, séparées par des virgules
    = --host, --path and --tag do not narrow snapshots named by id
    > --host, --path et --tag ne filtrent pas des instantanés nommés par leur identifiant
    = Give either ids or filters.
    > Donnez des identifiants ou des filtres.

    Snapshot show
    = show all that is known of one snapshot
    > afficher tout ce qu'on sait d'un instantané
    = an id, its beginning, or 'latest'
    > un identifiant, son début ou « latest »
    = also: its tree is missing or damaged
    > aussi : son arbre manque ou est endommagé
    = CANNOT BE READ: {1}
    > ILLISIBLE : {1}
    = present, its top folder is sound
    > présent, son dossier racine est sain
    = {1}: {2} new, {3} changed, {4} unmodified
    > {1} (nouveaux : {2}, modifiés : {3}, inchangés : {4})
    = {1} new, {2} changed, {3} unmodified
    > nouveaux : {1}, modifiés : {2}, inchangés : {3}
    = {1}, stored as {2}, data blobs: {3}, tree blobs: {4}
    > {1}, soit {2} dans le dépôt, blobs de données : {3}, blobs d'arbres : {4}
    = {1} to {2}, {3}
    > du {1} au {2}, {3}
    = {1}, forgotten
    > {1}, oublié
    = time
    > date
    = host
    > machine
    = user
    > utilisateur
    = program
    > programme
    = paths
    > chemins
    = excludes
    > exclusions
    = tags
    > étiquettes
    = parent
    > parent
    = original
    > original
    = files
    > fichiers
    = folders
    > dossiers
    = added
    > ajouté

    Snapshot table
    = TIME
    > DATE
    = TAGS
    > ÉTIQUETTES
    = SIZE
    > TAILLE
    = KEPT AS
    > RAISON
    = PATHS
    > CHEMINS
    = unreadable
    > illisible

    Statistics report
    = FILES
    > FICHIERS
    = OWN
    > PROPRE
    = {1} % by compression
    > {1} % par la compression
    = {1}, over the {2} % that is compressed
    > {1}, sur les {2} % qui sont compressés
    = mode
    > mode
    = entries
    > éléments
    = contents
    > contenus
    = uncompressed
    > non compressé
    = saved
    > gagné
    = ratio
    > rapport

    Find report
    = blob {1} in '{2}'
    > blob {1} dans « {2} »
    = tree {1} of '{2}'
    > arbre {1} de « {2} »
    =   in tree {1}
    >   dans l'arbre {1}
    =   in pack {1} at {2}, {3} bytes
    >   dans le pack {1} à la position {2}, {3} octets
    = found nothing in {1}
    > rien trouvé dans {1}
    = found {1} in {2} of {3}
    > trouvé : {1} dans {2} sur {3}

    Node line
    = show permissions, owner, size and time
    > afficher permissions, propriétaire, taille et date
    = with --long: show sizes as 1.21 KiB, not in bytes
    > avec --long : afficher les tailles comme 1,21 Kio, pas en octets
    = only these: ids, their beginnings, or 'latest'
    > seulement ceux-ci : des identifiants, leurs débuts ou « latest »
    """#
}
