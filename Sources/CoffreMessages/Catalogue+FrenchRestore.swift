extension Catalogue {
  /// Restoring and dumping.
  static let frenchRestore = #"""
    Archive error
    = cannot write the {1} archive
    > impossible d'écrire l'archive {1}
    = cannot put '{1}' into the {2} archive
    > impossible de mettre « {1} » dans l'archive {2}

    Archive bridge
    = {1} cannot hold extended attributes; this is said of the first entry only
    > {1} ne peut contenir d'attributs étendus ; ceci n'est dit que du premier élément
    = {1} spells odd names of extended attributes with '%'; this is said of the first entry only
    > {1} écrit avec « % » les noms inhabituels d'attributs étendus ; ceci n'est dit que du premier élément
    = no file may have this name; it is not in the archive
    > aucun fichier ne peut porter ce nom ; il n'est pas dans l'archive
    = it is of a type that this program does not know; it is not in the archive
    > il est d'un type que ce programme ne connaît pas ; il n'est pas dans l'archive
    = {1} cannot hold entries of type '{2}'; this is said of the first one only
    > {1} ne peut contenir d'éléments de type « {2} » ; ceci n'est dit que du premier
    = {1} cannot hold a link with so long a target; it is not in the archive
    > {1} ne peut contenir un lien dont la cible est aussi longue ; il n'est pas dans l'archive
    = {1} cannot hold so long a path; it is not in the archive
    > {1} ne peut contenir un chemin aussi long ; il n'est pas dans l'archive
    = {1} cannot hold its time and takes the nearest one; this is said of the first entry only
    > {1} ne peut contenir sa date et prend la plus proche ; ceci n'est dit que du premier élément
    = {1} cannot hold hard links: it becomes a file of its own; this is said of the first one only
    > {1} ne peut contenir de liens physiques : il devient un fichier à part ; ceci n'est dit que du premier

    Dump error
    = a {1} archive would go to the terminal
    > une archive {1} irait vers le terminal
    = Send it to a file or a program (`> file`, `| tar -x`), or give --target.
    > Envoyez-la vers un fichier ou un programme (`> fichier`, `| tar -x`), ou donnez --target.
    = '{1}' is no file and no folder, but of type '{2}'
    > « {1} » n'est ni un fichier ni un dossier, mais de type « {2} »
    = Dump the folder it lies in as an archive.
    > Extrayez sous forme d'archive le dossier qui le contient.
    = the target '{1}' is a folder
    > la cible « {1} » est un dossier
    = Give the path of a file.
    > Donnez le chemin d'un fichier.

    Dump
    = dump
    > extraction

    Restore walk
    = the snapshot names the same folders too often; neither this repetition nor further ones are restored
    > l'instantané cite trop souvent les mêmes dossiers ; ni cette répétition ni les suivantes ne sont restaurées
    = directory '{1}'
    > le dossier « {1} »

    Restorer
    = nothing was deleted, because the snapshot could not be restored whole
    > rien n'a été supprimé, car l'instantané n'a pas pu être restauré en entier
    = nothing was deleted, because the pattern '{1}' of the backup cannot be read: {2}
    > rien n'a été supprimé, car le motif « {1} » de la sauvegarde est illisible : {2}
    = not deleted: {1}
    > non supprimé : {1}
    = deleted
    > supprimé

    Folder restore
    = delete in
    > de supprimer dans
    = Coffre itself works in it
    > Coffre lui-même y travaille
    = a temporary file could not be removed
    > un fichier temporaire n'a pas pu être supprimé

    Surplus removal
    = another file system is mounted there
    > un autre système de fichiers y est monté

    Archive library error
    = libarchive failed
    > libarchive a échoué

    Archive stream
    = the entry before it is not whole
    > l'élément précédent n'est pas complet
    = it has more bytes than it should
    > il a plus d'octets qu'il ne devrait
    = the last entry is not whole
    > le dernier élément n'est pas complet

    Restore
    = would restore {1}, {2}, {3} in all to '{4}'
    > à restaurer : {1}, {2}, {3} en tout, vers « {4} »
    = would delete {1}
    > à supprimer : {1}
    = dry run: nothing was written
    > simulation : rien n'a été écrit
    = restored {1} of {2}, {3}, {4} in all to '{5}' in {6}
    > restauré : {1} sur {2}, {3}, {4} en tout, vers « {5} » en {6}
    = {1} were there already ({2})
    > déjà en place : {1} ({2})
    = deleted {1} that the snapshot lacks
    > supprimé, car absent de l'instantané : {1}
    = read back and compared: {1} as in the snapshot
    > relu et comparé : {1}, comme dans l'instantané
    = INCOMPLETE: {1}, named above and in the journal
    > INCOMPLET : {1}, voir ci-dessus et dans le journal
    = where to restore: a folder, or a database's address
    > où restaurer : un dossier, ou l'adresse d'une base
    = what to do with files that exist
    > que faire des fichiers existants
    = delete what restored folders hold and the snapshot lacks
    > supprimer des dossiers restaurés ce que l'instantané n'a pas
    = read everything back and compare
    > tout relire et comparer
    = do not store long runs of zeros
    > ne pas écrire les longues suites de zéros
    = only extended attributes whose names match
    > seulement les attributs étendus dont le nom correspond
    = no extended attributes whose names match
    > pas les attributs étendus dont le nom correspond
    = only tell what would be restored, and deleted
    > dire seulement ce qui serait restauré, et supprimé
    = bring a snapshot back
    > restaurer un instantané
    = an id, its beginning, or 'latest'; ':PATH' behind it takes that folder's contents
    > un identifiant, son début ou « latest » ; suivi de « :CHEMIN », le contenu de ce dossier
    = Files appear under their absolute paths below the folder; with ':PATH', that folder's contents appear in it. Other files there are left alone. A file is replaced only when its new content is whole: 'always' by all that differs, 'if-changed' if size or time differ, 'if-newer' by what is newer.\n\n--delete comes last, and only if everything was restored. It stays inside the folders that were backed up, as far as --include and --exclude choose; it spares what patterns left out of the backup, other file systems and the repository, and never follows a link. What could not be read when the backup was made is not in the snapshot and would be deleted too. See with --dry-run --verbose what it would delete.\n\nTo a database's address, as postgresql://user@host/name or sqlite:/srv/app/data.db, the snapshot's databases are restored: loaded aside, compared with the backup, then given their names. Without a name in the address, each is called NAME_restored_DATE. A name that is free is made; a database that exists is replaced only if --confirm repeats its name, and is backed up first.\n\nThe files of a whole MariaDB server go to mariadb-physical:/srv/mysql-new, a folder that is empty or does not exist: they are prepared, and a server is started on them.\n\nInstead of a snapshot a file may stand there, or a folder, that pg_dump, mariadb-dump, mysqldump, mongodump or sqlite3 wrote, plain, compressed or as an archive: it is run into a database made for it, and needs no repository. Run no file that you do not trust.
    > Les fichiers apparaissent sous leur chemin absolu dans le dossier ; avec « :CHEMIN », c'est le contenu de ce dossier qui y apparaît. Les autres fichiers présents ne sont pas touchés. Un fichier n'est remplacé que lorsque son nouveau contenu est complet : avec « always » s'il diffère, avec « if-changed » si la taille ou la date diffère, avec « if-newer » par ce qui est plus récent.\n\n--delete vient en dernier, et seulement si tout a été restauré. Il reste dans les dossiers qui ont été sauvegardés, selon le choix de --include et --exclude ; il épargne ce que des motifs ont exclu de la sauvegarde, les autres systèmes de fichiers et le dépôt, et ne suit jamais un lien. Ce qui n'a pas pu être lu lors de la sauvegarde n'est pas dans l'instantané et serait supprimé aussi. Voyez avec --dry-run --verbose ce qu'il supprimerait.\n\nVers l'adresse d'une base, comme postgresql://utilisateur@hôte/nom ou sqlite:/srv/app/data.db, ce sont les bases de l'instantané qui sont restaurées : chargées à part, comparées à la sauvegarde, puis nommées. Sans nom dans l'adresse, chacune s'appelle NOM_restored_DATE. Un nom libre est créé ; une base qui existe n'est remplacée que si --confirm répète son nom, et elle est sauvegardée d'abord.\n\nLes fichiers de tout un serveur MariaDB vont à mariadb-physical:/srv/mysql-new, un dossier vide ou qui n'existe pas : ils y sont préparés, et un serveur démarre dessus.\n\nAu lieu d'un instantané peut figurer un fichier, ou un dossier, écrit par pg_dump, mariadb-dump, mysqldump, mongodump ou sqlite3, simple, compressé ou en archive : il est exécuté dans une base faite pour lui, sans dépôt. N'exécutez pas de fichier auquel vous ne faites pas confiance.
    = a file that pg_dump wrote
    > un fichier écrit par pg_dump
    = something could not be restored, or deleted
    > quelque chose n'a pas pu être restauré, ou supprimé
    = a file is not whole, or what it would replace cannot be backed up
    > un fichier n'est pas entier, ou ce qu'il remplacerait ne peut être sauvegardé
    = also: 'latest' could mean several
    > aussi : « latest » peut en désigner plusieurs
    = shows what would be deleted
    > montre ce qui serait supprimé

    Snapshot dump
    = what a folder becomes
    > ce que devient un dossier
    = write to this file, which appears when it is whole
    > écrire dans ce fichier, qui n'apparaît qu'une fois complet
    = stdout
    > sortie standard
    = print a file, or a folder as an archive
    > afficher un fichier, ou un dossier sous forme d'archive
    = an id, its beginning, or 'latest'; ':PATH' behind it takes that file or folder
    > un identifiant, son début ou « latest » ; suivi de « :CHEMIN », ce fichier ou dossier
    = a file or folder of the snapshot, or of the folder behind ':'
    > un fichier ou dossier de l'instantané, ou du dossier qui suit « : »
    = A file comes as it is. A folder becomes an archive: tar keeps everything, extended attributes and hard links too; zip keeps files, folders and symbolic links, with times to the second. Names in the archive begin at the snapshot's root, or behind ':' at that folder. Everything is checked before it is written; if something is damaged, the command fails and names it, and what it wrote so far is not whole.
    > Un fichier vient tel quel. Un dossier devient une archive : tar garde tout, attributs étendus et liens physiques compris ; zip garde fichiers, dossiers et liens symboliques, avec des dates à la seconde. Les noms dans l'archive partent de la racine de l'instantané, ou du dossier qui suit « : ». Tout est vérifié avant d'être écrit ; si quelque chose est endommagé, la commande échoue et le nomme, et ce qu'elle a écrit n'est pas complet.
    = damaged, or the reader went away
    > endommagé, ou le lecteur est parti
    = no archive format is named
    > aucun format d'archive n'est indiqué
    = Give --archive.
    > Donnez --archive.
    = --json and the dump would both go to stdout
    > --json et le contenu extrait iraient tous deux vers la sortie standard
    = Give --target, or leave --json out.
    > Donnez --target, ou n'employez pas --json.
    = wrote '{1}': {2} in {3}
    > « {1} » écrit : {2} en {3}
    = wrote '{1}': {2}, {3} in {4}
    > « {1} » écrit : {2}, {3} en {4}
    = not in it: {1}, the first of each kind named above
    > non compris : {1}, le premier de chaque sorte nommé ci-dessus
    = <format>
    > <format>
    = '--to <folder>' is missing
    > « --to <dossier> » manque
    = Run `coffre restore --help`.
    > Lancez `coffre restore --help`.
    = as --to
    > comme --to
    """#
}
