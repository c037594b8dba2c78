extension Catalogue {
  /// Restoring databases.
  static let frenchDatabaseRestore = #"""
    Verbs
    = test
    > de tester
    = connect to
    > de se connecter à
    = start threads for
    > de démarrer des fils d'exécution pour
    = ask about
    > d'interroger le serveur sur
    = ask about the tables of
    > d'interroger le serveur sur les tables de
    = finish
    > de terminer
    = replace
    > de remplacer
    = back up before it is replaced
    > de sauvegarder, avant son remplacement,
    = end sessions in
    > de terminer les sessions dans
    = bring back
    > de restaurer
    = load the rows of
    > de charger les lignes de
    = load rows into
    > de charger des lignes dans
    = replace the rows of
    > de remplacer les lignes de
    = rename tables of
    > de renommer des tables de
    = restore tables to
    > de restaurer des tables dans

    Subjects
    = database {1}
    > base {1}
    = table {1}
    > table {1}
    = role {1}
    > rôle {1}
    = tablespace {1}
    > espace de tables {1}

    Counts
    = {1} database
    > {1} base
    = {1} databases
    > {1} bases
    = {1} table
    > {1} table
    = {1} tables
    > {1} tables
    = {1} row
    > {1} ligne
    = {1} rows
    > {1} lignes
    = {1} session
    > {1} session
    = {1} sessions
    > {1} sessions
    = {1} remark
    > {1} remarque
    = {1} remarks
    > {1} remarques

    What the snapshot holds
    = the backup has no passwords; give one to: {1}
    > la sauvegarde n'a pas de mots de passe ; donnez-en un à : {1}
    = the server's name in snapshots, if there are several; with a file, of what is replaced
    > le nom du serveur dans les instantanés, s'il y en a plusieurs ; avec un fichier, de ce qui est remplacé
    = it is larger than {1}
    > il fait plus de {1}
    = it is not in the snapshot
    > il n'est pas dans l'instantané
    = it is not in the snapshot: {1}
    > absent de l'instantané : {1}
    = there is no folder {1} with a '{2}' in it
    > il n'y a pas de dossier {1} qui contienne un « {2} »
    = See `coffre snapshot list` for what was backed up.
    > `coffre snapshot list` montre ce qui a été sauvegardé.
    = snapshot {1} holds backups of several servers
    > l'instantané {1} contient des sauvegardes de plusieurs serveurs
    = Choose one with --name.
    > Choisissez-en un avec --name.
    = no snapshot holds a backup of a database
    > aucun instantané ne contient de sauvegarde d'une base de données
    = snapshot {1} holds no backup of a database
    > l'instantané {1} ne contient pas de sauvegarde d'une base de données
    = it is of another engine: {1}
    > il vient d'un autre moteur : {1}
    = Restore the backup to a server of the engine that it was made from.
    > Restaurez la sauvegarde vers un serveur du moteur dont elle vient.
    = it is larger than any manifest
    > il est plus grand que tout manifeste
    = the snapshot has only {1}
    > l'instantané n'a que {1}
    = the snapshot has {1}, and there is one name for them
    > l'instantané a {1}, et il n'y a qu'un nom pour elles
    = Choose one of them with --database: {1}.
    > Choisissez-en une avec --database : {1}.
    = the snapshot has its rows alone
    > l'instantané n'en a que les lignes
    = Restore them into a database that has the tables, with --data-only.
    > Restaurez-les dans une base qui a les tables, avec --data-only.
    = the snapshot has its structure alone
    > l'instantané n'en a que la structure
    = Restore it with --schema-only.
    > Restaurez-la avec --schema-only.
    = it is an archive of files ({1}), not a dump
    > c'est une archive de fichiers ({1}), pas une sauvegarde de base
    = Take the dump out of it, with `coffre archive extract`, and name that.
    > Sortez-en la sauvegarde de base par `coffre archive extract`, et nommez celle-ci.
    = it is a tar of pg_dump that was compressed afterwards
    > c'est un tar de pg_dump, compressé après coup
    = Decompress it, and name that.
    > Décompressez-le, et nommez le résultat.
    = there is a zero byte in it, which no dump has
    > il contient un octet nul, ce que pg_dump n'écrit jamais
    = the command '{1}' has no place in a dump
    > la commande « {1} » n'a pas sa place dans ce qu'écrit pg_dump
    = its end
    > sa fin

    Targets
    = a name has 1 to {1} bytes
    > un nom a de 1 à {1} octets
    = a name has at most {1} bytes
    > un nom a au plus {1} octets
    = there is no such database to put rows into
    > il n'y a pas de base de ce nom où mettre des lignes
    = Name a database that has the tables, or leave out --data-only.
    > Nommez une base qui a les tables, ou n'employez pas --data-only.
    = the database exists
    > la base existe
    = the database exists and would be changed
    > la base existe et serait modifiée
    = two databases of the snapshot would be called so
    > deux bases de l'instantané s'appelleraient ainsi
    = Restore them one by one with --database, each to a name in the address.
    > Restaurez-les une par une avec --database, chacune vers un nom donné dans l'adresse.
    = Choose another name, or give --confirm with the name of the database to replace: --confirm {1}.
    > Choisissez un autre nom, ou donnez --confirm avec le nom de la base à remplacer : --confirm {1}.
    = there is no backup of it to go back to
    > elle n'a pas de sauvegarde à laquelle revenir
    = Give a repository in which it can be backed up first.
    > Donnez un dépôt où elle puisse d'abord être sauvegardée.
    = It is a standby, or set to read-only: restore to a server that takes changes.
    > C'est un secondaire, ou un serveur en lecture seule : restaurez vers un serveur qui accepte les modifications.
    = it is used by {1}
    > elle est utilisée par {1}
    = End them, or give --disconnect.
    > Terminez-les, ou donnez --disconnect.
    = the backup before replacing it is not whole
    > la sauvegarde faite avant son remplacement n'est pas complète
    = backed up '{1}' before replacing it: snapshot {2}
    > « {1} » a été sauvegardée avant son remplacement : instantané {2}
    = not all of it was done
    > tout n'a pas été fait
    = it was restored
    > elle a été restaurée
    = the database that it replaces is called '{1}' now; drop it when nobody needs it
    > la base qu'elle remplace s'appelle maintenant « {1} » ; supprimez celle-ci quand personne n'en a plus besoin
    = what the restore had made was removed, and nothing else was changed
    > ce que la restauration avait créé a été supprimé, et rien d'autre n'a été modifié
    = what the restore had made could not be removed: {1}
    > ce que la restauration avait créé n'a pas pu être supprimé : {1}
    = half a restore that was killed; drop it, unless another restore is running
    > reste d'une restauration tuée en chemin ; supprimez-la, sauf si une autre restauration est en cours
    = Drop {1} by hand once the server answers again.
    > Supprimez {1} à la main dès que le serveur répond de nouveau.

    What the server lacks or refuses
    = it does not exist here; the database '{1}' lies in the server's own
    > il n'existe pas ici ; la base « {1} » se trouve dans celui du serveur
    = it does not exist here; its tables and indexes lie in the database's own
    > il n'existe pas ici ; ses tables et index se trouvent dans celui de la base
    = it does not exist here; left out: {1}
    > il n'existe pas ici ; laissé de côté : {1}
    = the database's locale is of a kind that PostgreSQL {1} does not know
    > la locale de la base est d'un type que PostgreSQL {1} ne connaît pas
    = these exist already and were left as they are: {1}
    > existant déjà, et laissé tel quel : {1}
    = Restore to a server of a later version.
    > Restaurez vers un serveur d'une version plus récente.
    = Restore as a superuser, or as a role that may create databases and is a member of all roles that own something in it.
    > Restaurez avec un superutilisateur, ou avec un rôle qui peut créer des bases et qui est membre de tous les rôles qui y possèdent quelque chose.
    = Look into the server's log for why it ended the connection, then run the command again.
    > Voyez dans le journal du serveur pourquoi il a mis fin à la connexion, puis relancez la commande.
    = Free some space on the server, then run the command again.
    > Libérez de la place sur le serveur, puis relancez la commande.
    = Install the locale on the server, or restore to a server that has it.
    > Installez cette locale sur le serveur, ou restaurez vers un serveur qui l'a.
    = Install the package of the extension on the server, then run the command again.
    > Installez le paquet de l'extension sur le serveur, puis relancez la commande.
    = End the sessions that use it, or give --disconnect.
    > Terminez les sessions qui l'utilisent, ou donnez --disconnect.

    Tables
    = the new name is not written TABLE or SCHEMA.TABLE
    > le nouveau nom n'est pas écrit TABLE ou SCHÉMA.TABLE
    = no table with rows in the snapshot fits it
    > aucune table de l'instantané qui ait des lignes n'y correspond
    = List them with `coffre snapshot tables`; a partitioned table is chosen by its partitions.
    > `coffre snapshot tables` les énumère ; une table partitionnée se choisit par ses partitions.
    = {1} cannot have one new name
    > il n'y a qu'un nouveau nom pour {1}
    = Name one table with its schema, as in --table public.orders=orders_old.
    > Nommez une seule table, avec son schéma, comme dans --table public.orders=orders_old.
    = the database '{1}' has something of this name
    > la base « {1} » a déjà quelque chose de ce nom
    = Give the table another name, as in --table {1}={2}_old.
    > Donnez à la table un autre nom, comme dans --table {1}={2}_old.
    = its foreign keys, triggers, rules, policies and grants were left out
    > ses clés étrangères, déclencheurs, règles, politiques et droits ont été laissés de côté
    = foreign keys were left out where the rows of one of the two tables were not wanted: {1}
    > des clés étrangères ont été laissées de côté, là où les lignes de l'une des deux tables n'étaient pas voulues : {1}
    = large objects belong to no table and were left out
    > les objets larges n'appartiennent à aucune table et ont été laissés de côté

    Rows
    = the database '{1}' has no such table
    > la base « {1} » n'a pas cette table
    = Restore the structure, too, by leaving out --data-only.
    > Restaurez aussi la structure, sans --data-only.
    = rows alone go into the table they were taken from
    > des lignes seules vont dans la table dont elles viennent
    = Leave out the new name, or --data-only.
    > N'indiquez pas de nouveau nom, ou n'employez pas --data-only.
    = a row refers by the key {1} to another one that is not there
    > une ligne fait référence, par la clé {1}, à une autre qui n'existe pas
    = Restore the tables that refer to each other together.
    > Restaurez ensemble les tables qui font référence les unes aux autres.
    = Restore the tables that refer to these, too.
    > Restaurez aussi les tables qui font référence à celles-ci.
    = Restore as a superuser, who may load rows without the triggers and keys of their tables.
    > Restaurez avec un superutilisateur, qui a le droit de charger des lignes sans les déclencheurs et les clés de leurs tables.
    = the snapshot has {1}, its manifest says {2}
    > l'instantané a {1}, et son manifeste en annonce {2}
    = the checksum of the rows is not that in the manifest
    > la somme de contrôle des lignes n'est pas celle du manifeste
    = of {1} the server took {2}
    > sur {1}, le serveur en a pris {2}
    = table {1}: {2}
    > table {1} : {2}
    = table {1}: it was not loaded
    > table {1} : elle n'a pas été chargée
    = {1} with {2} restored, compared with the manifest
    > restauré et comparé au manifeste : {1}, {2}
    = Check the repository with `coffre repo check --read-data`, or restore another snapshot.
    > Vérifiez le dépôt avec `coffre repo check --read-data`, ou restaurez un autre instantané.

    Options of restore
    = of a whole server, or of a dump of several databases: restore this one only
    > d'un serveur entier, ou d'une copie de plusieurs bases : ne restaurer que celle-ci
    = of a database: restore this table only, under the new name if given
    > d'une base : ne restaurer que cette table, sous le nouveau nom s'il est donné
    = of a database: replace the rows of tables that exist by the snapshot's
    > d'une base : remplacer les lignes des tables qui existent par celles de l'instantané
    = of a database: restore no rows
    > d'une base : ne restaurer aucune ligne
    = of a server: restore roles and what else belongs to no database
    > d'un serveur : restaurer les rôles et ce qui n'appartient à aucune base
    = end the sessions of a database that is replaced
    > terminer les sessions d'une base qui est remplacée
    = replace the database of this name, which exists
    > remplacer la base de ce nom, qui existe
    = the server's name in snapshots, if there are several
    > le nom du serveur dans les instantanés, s'il y en a plusieurs
    = <table[=new]>
    > <table[=nouveau]>
    = one table, under another name
    > une table, sous un autre nom
    = restored {1} to '{2}': {3} in {4}
    > restauré : {1}, {3} en tout, vers « {2} » en {4}
    = {1}, named above and in the journal
    > {1}, voir ci-dessus et dans le journal
    = '--{1}' is for {2}, and --to names something else
    > « --{1} » est pour les {2}, et --to désigne autre chose
    = databases
    > bases de données
    = Leave it out, or give another target.
    > Ne l'employez pas, ou donnez une autre cible.
    = '{1}' of '--table' names no table
    > « {1} » pour « --table » ne nomme pas de table
    = Write it as --table TABLE or --table TABLE=NEW.
    > Écrivez --table TABLE ou --table TABLE=NOUVEAU.
    = '{1}' behind the snapshot is no database, or another one than --database names
    > « {1} », après l'instantané, n'est pas une base, ou n'est pas celle que nomme --database
    = Name the database with --database alone.
    > Nommez la base avec --database seulement.
    = '{1}' is no folder of a database's backup
    > « {1} » n'est pas le dossier d'une sauvegarde de base de données
    = Write it as SNAPSHOT:/{1}/NAME, or leave it out.
    > Écrivez INSTANTANÉ:/{1}/NOM, ou ne l'indiquez pas.
    """#
}
