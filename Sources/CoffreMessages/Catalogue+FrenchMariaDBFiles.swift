extension Catalogue {
  /// Files of MariaDB servers, and dumps of several databases.
  static let frenchMariaDBFiles = #"""
    Addresses
    = it names no folder
    > elle ne nomme aucun dossier
    = Write it as mariadb-physical:/srv/mysql-new.
    > Écrivez-la ainsi : mariadb-physical:/srv/mysql-new.
    Programs
    = no '{1}' for {2} {3}.{4} is installed
    > pas de « {1} » pour {2} {3}.{4} sur cette machine
    = only others were found: {1}
    > seuls d'autres ont été trouvés : {1}
    = Run the command again; if it fails again, run 'mariadb-backup' by hand and look at what it says.
    > Relancez la commande ; si elle échoue encore, lancez « mariadb-backup » à la main et lisez ce qu'il dit.
    = mariadb-backup ended well, but did not say 'completed OK!': {1}
    > mariadb-backup a bien fini, mais n'a pas dit « completed OK! » : {1}
    = what mariadb-backup wrote is no whole backup: at byte {1}, {2}
    > ce que mariadb-backup a écrit n'est pas une sauvegarde entière : à l'octet {1}, {2}
    = it is no whole backup: at byte {1}, {2}
    > ce n'est pas une sauvegarde entière : à l'octet {1}, {2}
    = the file '{1}' is not in it
    > le fichier « {1} » n'y est pas
    = it ends within a piece of a file
    > il finit au milieu d'un morceau de fichier
    = a file in it has no end
    > un fichier y est sans fin
    = it holds no file
    > il ne contient aucun fichier
    = no file begins where one must
    > aucun fichier ne commence là où il le doit
    = it holds what this program does not know
    > il contient ce que ce programme ne connaît pas
    = the path of a file is too long, or empty
    > le chemin d'un fichier est trop long, ou vide
    = the path of a file leads out of the folder
    > le chemin d'un fichier mène hors du dossier
    = a file goes on after its end
    > un fichier continue après sa fin
    = a piece of a file is not where the one before ends
    > un morceau de fichier n'est pas là où finit le précédent
    = a file that tells of the backup is too long
    > un fichier qui parle de la sauvegarde est trop long
    Physical backups
    = a dump is made of rows, and 'mariadb-physical' is for files
    > un export est fait de lignes, et « mariadb-physical » est pour les fichiers
    = Write the address with mariadb://.
    > Écrivez l'adresse avec mariadb://.
    = a physical backup is restored to a folder of this machine, not to a server
    > une sauvegarde de fichiers se restaure dans un dossier de cette machine, pas sur un serveur
    = Write --to mariadb-physical:/srv/mysql-new; the folder must be empty, or not exist.
    > Écrivez --to mariadb-physical:/srv/mysql-new ; le dossier doit être vide, ou ne pas exister.
    = a physical backup is restored whole, and to an empty folder
    > une sauvegarde de fichiers se restaure entière, dans un dossier vide
    = Leave out --database, --table, --data-only, --schema-only, --globals, --disconnect and --confirm.
    > Omettez --database, --table, --data-only, --schema-only, --globals, --disconnect et --confirm.
    = files of vendors' tools are restored to servers, and 'mariadb-physical' is for a folder
    > les fichiers des outils d'éditeurs se restaurent sur des serveurs, et « mariadb-physical » est pour un dossier
    = Extract it with `mbstream`, and prepare it with `mariadb-backup --prepare`.
    > Extrayez-le avec `mbstream`, et préparez-le avec `mariadb-backup --prepare`.
    = the address names a folder, and a running server is asked for its files
    > l'adresse nomme un dossier, et c'est à un serveur qui tourne qu'on demande ses fichiers
    = Write it as mariadb-physical://user@localhost. Files of a server that was stopped are backed up as a folder.
    > Écrivez-la ainsi : mariadb-physical://compte@localhost. Les fichiers d'un serveur arrêté se sauvegardent comme un dossier.
    = a physical backup is of a whole server
    > une sauvegarde de fichiers est celle d'un serveur entier
    = Leave out the database and the patterns, or write the address with mariadb://.
    > Omettez la base et les motifs, ou écrivez l'adresse avec mariadb://.
    = it is MySQL {1}, and mariadb-backup is for MariaDB
    > c'est MySQL {1}, et mariadb-backup est pour MariaDB
    = Write the address with mysql://, for a backup by rows.
    > Écrivez l'adresse avec mysql://, pour une sauvegarde par lignes.
    = the server runs on '{1}', and mariadb-backup reads the files of this machine
    > le serveur tourne sur « {1} », et mariadb-backup lit les fichiers de cette machine
    = Run Coffre there, or write the address with mariadb://, for a backup by rows.
    > Lancez Coffre là-bas, ou écrivez l'adresse avec mariadb://, pour une sauvegarde par lignes.
    = its folder '{1}': {2}
    > son dossier « {1} » : {2}
    = Run Coffre where the server runs, as root or as the server's user.
    > Lancez Coffre là où tourne le serveur, comme root ou comme l'utilisateur du serveur.
    = the folder '{1}' of this machine is not the one that the server uses
    > le dossier « {1} » de cette machine n'est pas celui dont se sert le serveur
    = Run Coffre where the server runs (in its container), or write the address with mariadb://.
    > Lancez Coffre là où tourne le serveur (dans son conteneur), ou écrivez l'adresse avec mariadb://.
    = the account '{1}' needs the right {2}
    > il faut au compte « {1} » le droit {2}
    = Coffre does not restore them, `mariadb-backup --copy-back` does: {1}
    > Coffre ne les restaure pas, `mariadb-backup --copy-back` le fait : {1}
    = without the server's keys nobody opens them, and Coffre has none: keep the keys elsewhere
    > sans les clés du serveur, personne ne les ouvre, et Coffre n'en a pas : gardez les clés ailleurs
    = '{1}' is not in what mariadb-backup wrote, and the server had it before and afterwards
    > « {1} » n'est pas dans ce que mariadb-backup a écrit, et le serveur l'avait avant et après
    = Look whether mariadb-backup is told to leave something out, then run the command again.
    > Regardez si un réglage dit à mariadb-backup de laisser quelque chose de côté, puis relancez la commande.
    Physical restores
    = a restore that was ended by force left '{1}' in it, or one is at work there
    > une restauration tuée y a laissé « {1} », ou une autre y travaille
    = If none is at work, remove what is in the folder, then run the command again.
    > Si aucune n'y travaille, videz le dossier, puis relancez la commande.
    = half a restore that was ended by force; remove it, unless another restore is running
    > la moitié d'une restauration tuée ; supprimez-la, sauf si une autre restauration tourne
    = {1}; half of it is in '{2}', and could not be removed
    > {1} ; la moitié est dans « {2} », et n'a pas pu être supprimée
    = mariadbd was started on it, and has not answered after {1}
    > mariadbd a été démarré dessus, et n'a pas répondu après {1}
    = mariadbd opened it, and has not stopped after {1}
    > mariadbd l'a ouvert, et ne s'est pas arrêté après {1}
    = Look whether the disk answers, then run the command again.
    > Regardez si le disque répond, puis relancez la commande.
    = mbstream ended well, but did not take all of the backup
    > mbstream a bien fini, mais n'a pas pris toute la sauvegarde
    = its files belong to whoever ran this: give them to the server's user before you start it (chown)
    > ses fichiers appartiennent à qui a lancé la commande : donnez-les à l'utilisateur du serveur avant de le démarrer (chown)
    = Name a folder that is empty, or does not exist.
    > Nommez un dossier vide, ou qui n'existe pas.
    = it tells no version of a server: {1}
    > il ne dit pas de version d'un serveur : {1}
    = {1} {2}: {3}
    > {1} {2} : {3}
    = prepare
    > de préparer
    = look for locks of
    > de chercher les verrous de
    = the server had its files in several folders
    > le serveur avait ses fichiers dans plusieurs dossiers
    = tables had folders of their own: {1}
    > des tables avaient un dossier à elles : {1}
    = Restore '{1}' as a file, and put its files back with `mbstream -x`, `mariadb-backup --prepare` and `mariadb-backup --copy-back`.
    > Restaurez « {1} » comme fichier, et remettez ses fichiers avec `mbstream -x`, `mariadb-backup --prepare` et `mariadb-backup --copy-back`.
    = the table '{1}': {2}
    > la table « {1} » : {2}
    = Restore another snapshot, and look at the table on the server that was backed up.
    > Restaurez un autre instantané, et regardez la table sur le serveur sauvegardé.
    = a server opened it: {1}, {2}, as in the manifest
    > un serveur l'a ouvert : {1}, {2}, comme dans le manifeste
    = it was not opened: {1}
    > elle n'a pas été ouverte : {1}
    = the database '{1}' of the manifest is not there
    > la base « {1} » du manifeste n'est pas là
    = the table '{1}.{2}' of the manifest is not there
    > la table « {1}.{2} » du manifeste n'est pas là
    = Restore another snapshot.
    > Restaurez un autre instantané.
    Files of running servers
    = copy files that a MariaDB server writes to, torn as they may be
    > copier les fichiers où écrit un serveur MariaDB, même déchirés
    = a MariaDB or MySQL server has these files in use, and a plain copy of them would be torn: back them up with mariadb:// or mariadb-physical://, or give --allow-running-database
    > un serveur MariaDB ou MySQL se sert de ces fichiers, et une simple copie serait déchirée : sauvegardez-les avec mariadb:// ou mariadb-physical://, ou donnez --allow-running-database
    = Leave the folder out with --exclude, or stop the server.
    > Laissez le dossier de côté avec --exclude, ou arrêtez le serveur.
    Dumps of several databases
    = no database is named before this: {1}
    > aucune base n'est nommée avant ceci : {1}
    = It may be of one database alone: leave out --database.
    > Il est peut-être d'une seule base : omettez --database.
    = it names no database
    > il ne nomme aucune base
    = there is no database '{1}' in it, but {2}
    > il n'y a pas de base « {1} » dans ce fichier, mais {2}
    = Take one of them, with --database NAME.
    > Prenez-en une, avec --database NOM.
    = its other databases were left out: {1}
    > ses autres bases ont été laissées de côté : {1}
    """#
}
