extension Catalogue {
  /// Shelves: archives in a folder.
  static let frenchShelves = #"""
    Points of a shelf
    = a line of checksums that cannot be read
    > une ligne de sommes de contrôle illisible
    = a '{' is not closed
    > un « { » n'est pas fermé
    = '{1}' is none of {timestamp}, {host}, {variant} and {name}
    > « {1} » n'est ni {timestamp}, ni {host}, ni {variant}, ni {name}
    = without {timestamp} all backups would have one name
    > sans {timestamp}, toutes les sauvegardes auraient le même nom
    = a '/' stands elsewhere than at its end
    > un « / » se trouve ailleurs qu'à la fin
    = a control character stands in it
    > il contient un caractère de contrôle
    = names that begin with a point are hidden, and Coffre's own
    > les noms qui commencent par un point sont cachés, et réservés à Coffre
    = it is not whole
    > il n'est pas entier
    = a line without end
    > une ligne sans fin
    = an entry without path, kind, mode or time
    > une entrée sans chemin, type, mode ou date
    = an entry with a path that no entry may have
    > une entrée avec un chemin qu'aucune entrée ne peut avoir
    = an entry with a number out of range
    > une entrée avec un nombre hors limites
    = a file without a checksum
    > un fichier sans somme de contrôle
    = an attribute without name
    > un attribut sans nom
    = a renaming without both paths
    > un renommage sans ses deux chemins
    = no word on its variant, its time, its archive or whether it is complete
    > rien n'est dit de sa variante, de sa date, de son archive ou de son intégralité
    = a parent without name or checksum
    > un parent sans nom ou sans somme de contrôle
    = a needed point without name
    > une sauvegarde nécessaire sans nom
    = a needed point with a name that no folder may have
    > une sauvegarde nécessaire avec un nom qu'aucun dossier ne peut avoir
    = the file that it is another name of was left alone, and so is this name
    > le fichier dont il est un autre nom n'a pas été touché, ni ce nom
    = object without '{1}'
    > objet sans « {1} »
    = a file without name, size or checksum
    > un fichier sans nom, taille ou somme de contrôle
    = a file with a name that no file may have
    > un fichier avec un nom qu'aucun fichier ne peut avoir
    = no list of entries
    > pas de liste d'entrées
    = a deletion without path
    > une suppression sans chemin
    = it changed while it was read; what was read is stored
    > modifié pendant la lecture ; ce qui a été lu est enregistré
    = its checksum is another one
    > sa somme de contrôle est différente
    = it has {1} entries and says that it has {2}
    > il compte {1} entrées et en annonce {2}
    = it has {1} bytes instead of {2}
    > sa taille est de {1} octets au lieu de {2}
    = '{1}' in it is not what was backed up
    > « {1} » n'y est pas tel qu'il a été sauvegardé
    = '{1}' is missing in it
    > « {1} » y manque
    = removed what {1} left on the shelf
    > supprimé ce que {1} avait laissé sur l'étagère
    = {1}; it is not followed
    > {1} ; elle n'est pas prise pour parent
    = there is no point to follow: this one is full
    > aucune sauvegarde à suivre : celle-ci est complète
    = follows '{1}' of {2}
    > suit « {1} » du {2}
    = {1} cannot hold all of it ({2}): the manifest does, and `coffre shelf restore` brings it back
    > {1} ne peut pas tout contenir ({2}) : le manifeste le fait, et `coffre shelf restore` le rétablit
    = reading back
    > relecture
    = {1} interrupted run
    > {1} exécution interrompue
    = {1} interrupted runs
    > {1} exécutions interrompues
    = {1}; it counts for no rule
    > {1} ; aucune règle ne la compte
    = no point is encrypted in the same way and with the same key: this one is full
    > aucune sauvegarde n'est chiffrée de la même façon et avec la même clé : celle-ci est complète
    = only its recipients can open it: its bytes were read back, not what they hold
    > seuls ses destinataires peuvent l'ouvrir : ses octets ont été relus, pas ce qu'ils contiennent
    = an encryption without its kind
    > un chiffrement sans son type
    = the point '{1}' is encrypted ({2}) and was not opened
    > la sauvegarde « {1} » est chiffrée ({2}) et n'a pas été ouverte
    = Give its password with --password-file or --password-command.
    > Donnez son mot de passe avec --password-file ou --password-command.
    = Give with --identity the secret key of one of its recipients: {1}.
    > Donnez avec --identity la clé secrète d'un de ses destinataires : {1}.
    = Give with --key-file the key that it was made with.
    > Donnez avec --key-file la clé avec laquelle elle a été faite.
    = gpg's ring must hold the secret key of one of its recipients: {1}.
    > Le trousseau de gpg doit contenir la clé secrète d'un de ses destinataires : {1}.
    = Use the Coffre that made it, or a later one.
    > Utilisez le Coffre qui l'a faite, ou un plus récent.
    = nothing in the backup matches the patterns
    > rien dans la sauvegarde ne correspond aux motifs
    = checking the archives
    > contrôle des archives
    = its content is not in '{1}'
    > son contenu n'est pas dans « {1} »
    = its folder is not there
    > son dossier n'y est pas
    = the file that it is another name of is not there
    > le fichier dont il est un autre nom n'y est pas
    = its content in the archive is not what was backed up
    > son contenu dans l'archive n'est pas celui qui a été sauvegardé
    = '{1}' is no shelf
    > « {1} » n'est pas une étagère
    = Give a folder that `coffre backup --to` wrote to.
    > Donnez un dossier où `coffre backup --to` a écrit.
    = the shelf '{1}' is in use
    > l'étagère « {1} » est en cours d'utilisation
    = {1} works on it
    > {1} y travaille
    = Wait for it to end.
    > Attendez qu'il se termine.
    = the shelf '{1}' has no point '{2}'
    > l'étagère « {1} » n'a pas de sauvegarde « {2} »
    = Run `coffre shelf list {1}`.
    > Lancez `coffre shelf list {1}`.
    = '{1}' could be several points, of different sources
    > « {1} » peut désigner plusieurs sauvegardes, de sources différentes
    = Give a point by its name.
    > Donnez une sauvegarde par son nom.
    = the shelf '{1}' holds nothing that could be meant
    > l'étagère « {1} » ne contient rien qui puisse convenir
    = the file 'manifest.json' is no manifest of a shelf
    > le fichier « manifest.json » n'est pas un manifeste d'étagère
    = Use the Coffre that made the backup, or a later one; its archives need none.
    > Utilisez le Coffre qui a fait la sauvegarde, ou un plus récent ; ses archives n'en ont pas besoin.
    = another backup has the same name
    > une autre sauvegarde a le même nom
    = it is that of another backup
    > c'est celui d'une autre sauvegarde
    = a form of a backup that this version does not know
    > une forme de sauvegarde que cette version ne connaît pas
    = the point '{1}' is damaged: '{2}'
    > la sauvegarde « {1} » est endommagée : « {2} »
    = Restore another point; `coffre shelf verify` tells which are whole.
    > Restaurez une autre sauvegarde ; `coffre shelf verify` dit lesquelles sont entières.
    = what was written to '{1}' reads back otherwise
    > ce qui a été écrit dans « {1} » se relit autrement
    = Nothing was kept. Check the disk and the memory of this machine, then run the command again.
    > Rien n'a été gardé. Contrôlez le disque et la mémoire de cette machine, puis relancez la commande.
    = Correct it in --name-template.
    > Corrigez-le dans --name-template.
    = nothing was removed, as these points cannot be read: {1}
    > rien n'a été supprimé, car ces sauvegardes sont illisibles : {1}
    = Run `coffre shelf verify`: it says why. Give the right to enter a folder that is closed, and move what is no point elsewhere; remove by hand only the folder, or the files, of a point that is lost.
    > Lancez `coffre shelf verify` : il dit pourquoi. Donnez le droit d'entrer dans un dossier fermé, et déplacez ailleurs ce qui n'est pas une sauvegarde ; ne supprimez à la main que le dossier, ou les fichiers, d'une sauvegarde perdue.

    Backup to a shelf
    = '--{1}' does nothing without '--to'
    > « --{1} » n'a aucun effet sans « --to »
    = Give --to and the folder of a shelf.
    > Donnez --to et le dossier d'une étagère.
    = '--{1}' is for repositories, and '--to' names a shelf
    > « --{1} » concerne les dépôts, et « --to » désigne une étagère
    = Leave out one of them.
    > Retirez l'un des deux.
    = '--variant {1}' cannot be had of '{2}': every dump of a database is whole
    > « --variant {1} » est impossible pour « {2} » : tout export d'une base de données est complet
    = Give --variant full. A repository (--repo) stores equal rows once: there each backup of a database is a full one and costs like an increment.
    > Donnez --variant full. Un dépôt (--repo) n'enregistre qu'une fois les lignes égales : chaque sauvegarde d'une base y est complète et coûte comme un incrément.
    = {1} holds the bytes of one file, and a database is several
    > {1} contient les octets d'un seul fichier, et une base de données en fait plusieurs
    = Choose a format such as tar.{1}, or back up what the database's own tool prints: --stdin-from-command.
    > Choisissez un format comme tar.{1}, ou sauvegardez ce qu'affiche l'outil de la base : --stdin-from-command.
    = {1} holds the bytes of one file, and of one file there is no increment
    > {1} contient les octets d'un seul fichier, et il n'y a pas d'incrément d'un seul fichier
    = Give --variant full.
    > Donnez --variant full.
    = this version writes no '{1}' archives
    > cette version n'écrit pas d'archives « {1} »
    = Run `coffre backup --help`.
    > Lancez `coffre backup --help`.
    = {1} deleted, {2} renamed
    > {1} supprimés, {2} renommés
    = stored {1} in {2}, read back and compared, in {3}
    > enregistré {1} dans {2}, relu et comparé, en {3}
    = would store {1} before compression ({2})
    > enregistrerait {1} avant compression ({2})
    = stored {1} in {2}, encrypted for its recipients, in {3}
    > enregistré {1} dans {2}, chiffré pour ses destinataires, en {3}
    = '{1}' saved ({2}), INCOMPLETE: {3} could not be read
    > « {1} » enregistrée ({2}), INCOMPLÈTE : {3} illisibles
    = '{1}' saved ({2})
    > « {1} » enregistrée ({2})
    = full
    > complète
    = differential
    > différentielle
    = incremental
    > incrémentielle
    = write an archive into this folder, instead of a snapshot into a repository
    > écrire une archive dans ce dossier, au lieu d'un instantané dans un dépôt
    = with --to: what kind of archive
    > avec --to : quelle sorte d'archive
    = with --to: everything, what changed since the last full one, or since the last one
    > avec --to : tout, ce qui a changé depuis la dernière complète, ou depuis la dernière
    = with --to: names of backups, with {timestamp}, {host}, {variant} and {name}; those that end with '/' are folders, others files
    > avec --to : noms des sauvegardes, avec {timestamp}, {host}, {variant} et {name} ; ceux qui finissent par « / » sont des dossiers, les autres des fichiers
    = with --to: names tell the local time instead of UTC
    > avec --to : les noms donnent l'heure locale au lieu de l'heure UTC

    Commands of shelves
    = archives in a folder
    > des archives dans un dossier
    = a folder that `coffre backup --to` wrote to
    > un dossier où `coffre backup --to` a écrit
    = <shelf>
    > <étagère>
    = <variant>
    > <variante>
    = <backup>
    > <sauvegarde>
    = show the backups on a shelf
    > afficher les sauvegardes d'une étagère
    = also: a backup cannot be read
    > aussi : une sauvegarde est illisible
    = it is no shelf
    > ce n'est pas une étagère
    = no backups
    > aucune sauvegarde
    = VARIANT
    > VARIANTE
    = STORED
    > ENREGISTRÉ
    = {1}, incomplete
    > {1}, incomplète
    = {1} backup
    > {1} sauvegarde
    = {1} backups
    > {1} sauvegardes
    = remove backups from a shelf by rules
    > supprimer des sauvegardes d'une étagère selon des règles
    = Of each host and sources those stay that at least one rule keeps, all whose archives they need, and always the newest that is complete and whole. Incomplete backups are counted by themselves: they take nobody's place.\n\nWhere a backup cannot be read nothing is removed, as nobody knows what it needs.
    > Pour chaque hôte et ses sources restent les sauvegardes qu'au moins une règle garde, toutes celles dont elles utilisent l'archive, et toujours la plus récente qui est intégrale et intacte. Les sauvegardes incomplètes sont comptées à part : elles ne prennent la place d'aucune.\n\nSi une sauvegarde est illisible, rien n'est supprimé, car nul ne sait ce dont elle a besoin.
    = somebody writes to the shelf, or reads it
    > quelqu'un écrit sur l'étagère, ou la lit
    = Give a rule such as --keep-daily 7.
    > Donnez une règle comme --keep-daily 7.
    = would remove {1} ({2}) and keep {3}
    > supprimerait {1} ({2}) et en garderait {3}
    = removed {1} ({2}), kept {3}
    > supprimé {1} ({2}), gardé {3}
    = keep {1}:
    > garder {1} :
    = remove nothing
    > ne rien supprimer
    = newest whole one
    > la dernière intacte
    = needed by {1}
    > utilisée par {1}
    = no rule
    > aucune règle
    = where to restore
    > où restaurer
    = bring a backup back from a shelf
    > restaurer une sauvegarde d'une étagère
    = a folder that `coffre backup --to` wrote to, or any archive file
    > un dossier où `coffre backup --to` a écrit, ou n'importe quel fichier d'archive
    = its name, the beginning of it, or 'latest'; none for a file
    > son nom, le début de ce nom, ou « latest » ; rien pour un fichier
    = Files appear under their absolute paths below the folder, exactly as they were: what had been deleted is not there. The backup and every archive that it needs are checked before the first file is written; what is damaged or missing is named. What is encrypted wants the key that it was made with.\n\nInstead of a shelf any archive may stand there, whoever made it. It is unpacked into the folder, and nothing in it leads out of there.
    > Les fichiers apparaissent dans le dossier sous leurs chemins absolus, exactement comme ils étaient : ce qui avait été supprimé n'y est pas. La sauvegarde et toutes les archives qu'elle utilise sont contrôlées avant l'écriture du premier fichier ; ce qui est endommagé ou manquant est nommé. Ce qui est chiffré demande la clé avec laquelle il a été fait.\n\nÀ la place d'une étagère peut se trouver n'importe quelle archive, qui que ce soit qui l'ait faite. Elle est décompressée dans le dossier, et rien n'en sort.
    = something could not be restored
    > quelque chose n'a pas pu être restauré
    = also: several could be meant
    > aussi : plusieurs sont possibles
    = an archive is damaged or missing; nothing was written
    > une archive est endommagée ou manquante ; rien n'a été écrit
    = a file that another program made
    > un fichier fait par un autre programme
    = no backup of the shelf is named
    > aucune sauvegarde de l'étagère n'est indiquée
    = Give its name, or 'latest'; see `coffre shelf list`.
    > Donnez son nom, ou « latest » ; voyez `coffre shelf list`.
    = '--dry-run' is for shelves
    > « --dry-run » concerne les étagères
    = `coffre archive list` shows what an archive holds.
    > `coffre archive list` montre ce qu'une archive contient.
    = restored {1}, {2}, {3} in all to '{4}' in {5}
    > restauré {1}, {2}, {3} en tout dans « {4} » en {5}
    = restoring '{1}' of {2}, host {3}
    > restauration de « {1} » du {2}, hôte {3}
    = list every entry, and where its content lies
    > lister chaque entrée, et où se trouve son contenu
    = list what is gone and what was renamed since the parent
    > lister ce qui a disparu et ce qui a été renommé depuis le parent
    = show one backup on a shelf
    > afficher une sauvegarde d'une étagère
    = its name, the beginning of it, or 'latest'
    > son nom, le début de ce nom, ou « latest »
    = it is damaged
    > elle est endommagée
    = name:      {1}
    > nom :          {1}
    = taken:     {1}
    > prise :        {1}
    = host:      {1}
    > hôte :         {1}
    = sources:   {1}
    > sources :      {1}
    = variant:   {1}
    > variante :     {1}
    = follows:   {1}
    > suit :         {1}
    = needs:     {1}
    > utilise :      {1}
    = holds:     {1}, {2}, {3}
    > contient :     {1}, {2}, {3}
    = stored:    {1}, {2}
    > enregistré :   {1}, {2}
    = archive:   {1}, {2}
    > archive :      {1}, {2}
    = lacks:     {1}, which only the manifest holds
    > manque :       {1}, que seul le manifeste contient
    = since then: {1} deleted, {2} renamed
    > depuis :       {1} supprimés, {2} renommés
    = INCOMPLETE: {1} could not be read
    > INCOMPLÈTE : {1} illisibles
    = look at the sizes of archives, at their checksums too, or open them and compare every file
    > regarder les tailles des archives, aussi leurs sommes de contrôle, ou les ouvrir et comparer chaque fichier
    = tell whether backups on a shelf can be restored
    > dire si les sauvegardes d'une étagère sont restaurables
    = only these; by default all
    > seulement celles-ci ; par défaut toutes
    = A backup is whole if its manifest is, and every archive that it needs is there as it was written. What is damaged is named, with the backups that need it; the others are not concerned.\n\n--level contents unpacks each archive in memory. Of backups that are named also the archives of others are unpacked, as far as they need them. What is encrypted wants its key for that, and no other level does.
    > Une sauvegarde est intacte si son manifeste l'est, et si chaque archive qu'elle utilise est là telle qu'elle a été écrite. Ce qui est endommagé est nommé, avec les sauvegardes qui l'utilisent ; les autres ne sont pas concernées.\n\n--level contents décompresse chaque archive en mémoire. Pour les sauvegardes nommées, les archives des autres sont décompressées aussi, autant qu'elles les utilisent. Ce qui est chiffré demande sa clé pour cela, et à aucun autre niveau.
    = something is encrypted and was not opened
    > quelque chose est chiffré et n'a pas été ouvert
    = NOT OPENED: {1} of {2}, encrypted with another key, named above
    > NON OUVERTES : {1} sur {2}, chiffrées avec une autre clé, nommées ci-dessus
    = it is encrypted and was not opened; nothing was written
    > elle est chiffrée et n'a pas été ouverte ; rien n'a été écrit
    = encrypted: {1}
    > chiffrée :     {1}
    = encrypted: {1}, for {2}
    > chiffrée :     {1}, pour {2}
    = all can be restored
    > toutes peuvent être restaurées
    = something is damaged, and named
    > quelque chose est endommagé, et nommé
    = as good as a restore
    > aussi sûr qu'une restauration
    = {1}, all whole, in {2}
    > {1}, toutes intactes, en {2}
    = DAMAGED: {1} of {2} cannot be restored as they were, named above
    > ENDOMMAGÉES : {1} sur {2} ne peuvent être restaurées telles quelles, nommées ci-dessus
    """#
}
