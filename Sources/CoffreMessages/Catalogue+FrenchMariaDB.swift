extension Catalogue {
  /// MariaDB and MySQL.
  static let frenchMariaDB = #"""
    Addresses of MariaDB and MySQL
    = the address asks for the unknown encryption '{1}'
    > l'adresse demande le chiffrement inconnu « {1} »
    = Write ssl-mode=disabled, preferred, required or verify_identity.
    > Écrivez ssl-mode=disabled, preferred, required ou verify_identity.
    = the address has the unknown option '{1}'
    > l'adresse a l'option inconnue « {1} »
    = Known are socket, ssl-mode, ssl-ca, ssl-capath, ssl-cert, ssl-key and ssl-crl.
    > Sont connues socket, ssl-mode, ssl-ca, ssl-capath, ssl-cert, ssl-key et ssl-crl.
    = understand
    > de comprendre
    = write settings for
    > d'écrire les réglages pour
    Sessions of MariaDB and MySQL
    = the server tells no version: {1}
    > le serveur ne dit pas de version : {1}
    = the server does not encrypt, and that is demanded
    > le serveur ne chiffre pas, et c'est exigé
    = Give the password in the file that --source-password-file names, in MYSQL_PWD or in ~/.my.cnf.
    > Donnez le mot de passe dans le fichier que nomme --source-password-file, dans MYSQL_PWD ou dans ~/.my.cnf.
    = Grant the right, or leave it out by a pattern.
    > Accordez le droit, ou laissez l'objet de côté par un motif.
    = The server has no room for another session: raise max_connections, or run it later.
    > Le serveur n'a plus de place pour une session : augmentez max_connections, ou recommencez plus tard.
    Backups of MariaDB and MySQL
    = the account '{1}' may not see them: grant TRIGGER
    > le compte « {1} » n'a pas le droit de les voir : accordez TRIGGER
    = the account '{1}' may not see them: grant EVENT
    > le compte « {1} » n'a pas le droit de les voir : accordez EVENT
    = the account '{1}' may not see them: {2}
    > le compte « {1} » n'a pas le droit de les voir : {2}
    = the account '{1}' may not see how it is made: grant SELECT on mysql.proc
    > le compte « {1} » n'a pas le droit d'en voir la définition : accordez SELECT sur mysql.proc
    = the account '{1}' may not hold writers (RELOAD): one connection reads everything
    > le compte « {1} » n'a pas le droit de retenir les écritures (RELOAD) : une seule connexion lit tout
    = the connections that see the instant are lost
    > les connexions qui voient l'instant sont perdues
    = its engine {1} shows what lies elsewhere
    > son moteur {1} montre ce qui se trouve ailleurs
    = this version of the server takes no history back
    > cette version du serveur ne reprend pas d'historique
    = it is broken, and kept as a remark only: {1}
    > elle est cassée, et n'est gardée que comme remarque : {1}
    = Let it end with .sql.
    > Donnez-lui la fin .sql.
    = the table was changed while the backup ran
    > la table a été modifiée pendant la sauvegarde
    = Run the backup again when nobody changes the shape of tables.
    > Relancez la sauvegarde quand personne ne modifie la forme des tables.
    = they cannot be written to while the backup runs: {1}
    > on ne peut pas y écrire pendant la sauvegarde : {1}
    = they could not be written to during the backup: {1}
    > on n'a pas pu y écrire pendant la sauvegarde : {1}
    = somebody changes the shape of the database all the time, last: {1}
    > quelqu'un modifie sans cesse la forme de la base, en dernier : {1}
    Restores of MariaDB and MySQL
    = the new name is not that of a table
    > le nouveau nom n'est pas celui d'une table
    = these name the database '{1}' still: {2}
    > ceux-ci nomment toujours la base « {1} » : {2}
    = made {1}
    > {1} : fait
    = it does what no dump of one database does: {1}
    > il fait ce que ne fait la copie d'aucune base seule : {1}
    = letters of its character set '{1}' may end with the sign of a backslash, so that the ends of its texts are not certain
    > des lettres de son jeu de caractères « {1} » peuvent finir par le signe de la barre oblique inverse, si bien que la fin de ses textes n'est pas sûre
    = these got no rights, as they could not be made: {1}
    > ceux-ci n'ont reçu aucun droit, car ils n'ont pas pu être créés : {1}
    = what the restore had made was removed; these were restored before that, and stay so: {1}
    > ce que la restauration avait créé a été supprimé ; celles-ci étaient déjà restaurées, et le restent : {1}
    = what the restore had made could not be removed: {1}; these were restored before that, and stay so: {2}
    > ce que la restauration avait créé n'a pas pu être supprimé : {1} ; celles-ci étaient déjà restaurées, et le restent : {2}
    = Drop the users that are named by hand once the server answers again.
    > Supprimez à la main les comptes nommés quand le serveur répond de nouveau.
    = it puts rows into what is no table of its own: {1}
    > il met des lignes dans ce qui n'est pas une table à lui : {1}
    = it names its databases itself: {1}
    > il nomme lui-même ses bases : {1}
    = Run it with the vendor's program, on a server made for it: mariadb < FILE.
    > Lancez-le avec le programme de l'éditeur, sur un serveur prévu pour cela : mariadb < FICHIER.
    = its end does not say that it is whole; look whether anything is missing
    > sa fin ne dit pas qu'il est entier ; regardez s'il manque quelque chose
    = it is larger than any script of definitions
    > il est plus grand que tout script de définitions
    = it is not what a backup writes
    > ce n'est pas ce qu'une sauvegarde écrit
    = views, routines, triggers and events of these fail until they exist: {1}
    > les vues, routines, déclencheurs et évènements de ces comptes échouent tant qu'ils n'existent pas : {1}
    = it was restored; what it replaced is in the safety backup
    > elle a été restaurée ; ce qu'elle remplace est dans la sauvegarde de sécurité
    = its old rows could not be put back if the restore failed
    > ses anciennes lignes ne pourraient pas être remises si la restauration échouait
    = Restore the whole database, or this table under another name with --table.
    > Restaurez toute la base, ou cette table sous un autre nom avec --table.
    = Restore as a user who may create databases, and objects that others define.
    > Restaurez sous un compte qui peut créer des bases, et des objets que d'autres définissent.
    = Restore as a user with all rights, or set log_bin_trust_function_creators on the server.
    > Restaurez sous un compte qui a tous les droits, ou activez log_bin_trust_function_creators sur le serveur.
    = Rows are sent with LOAD DATA LOCAL: set local_infile on the server.
    > Les lignes sont envoyées par LOAD DATA LOCAL : activez local_infile sur le serveur.
    = Restore to a server that knows the character set and its collation.
    > Restaurez sur un serveur qui connaît le jeu de caractères et sa collation.
    = Install the storage engine on the server, or restore to one that has it.
    > Installez le moteur de stockage sur le serveur, ou restaurez sur un serveur qui l'a.
    = It is set to read-only: restore to a server that takes changes.
    > Il est en lecture seule : restaurez sur un serveur qui accepte des changements.
    = its rows have a history, and this server takes none back
    > ses lignes ont un historique, et ce serveur n'en reprend pas
    = Restore to MariaDB 10.11 or later.
    > Restaurez sur MariaDB 10.11 ou plus récent.
    = the server changed values of them on their way
    > le serveur a changé certaines de leurs valeurs en route
    = Restore to a server of the same version, into a table of the same shape.
    > Restaurez sur un serveur de la même version, dans une table de la même forme.
    = {1} added: {2}
    > {1} ajoutées : {2}
    = the database has such a table
    > la base a déjà une telle table
    = Give it another name: --table {1}={2}.
    > Donnez-lui un autre nom : --table {1}={2}.
    = the foreign keys of these tables were left out: {1}
    > les clés étrangères de ces tables ont été laissées de côté : {1}
    = it could not be put back: {1}: {2}
    > elle ne pourrait pas être remise : {1} : {2}
    = {1}; the database '{2}' is as it was
    > {1} ; la base « {2} » est comme elle était
    = {1}; the database '{2}' is as it was, but {3}
    > {1} ; la base « {2} » est comme elle était, mais {3}
    = rights on single routines may be gone, as they could not be read before: {1}
    > des droits sur des routines seules ont pu disparaître, car on n'a pas pu les lire avant : {1}
    = rights on these routines could not be given again: {1}
    > les droits sur ces routines n'ont pas pu être redonnés : {1}
    = rights on single routines could not be given again: {1}
    > les droits sur des routines seules n'ont pas pu être redonnés : {1}
    = {1}; half of the database is in '{2}', and what is left of it may be in '{3}'
    > {1} ; la moitié de la base est dans « {2} », et le reste est peut-être dans « {3} »
    = Drop both once the server answers again, then run the command once more.
    > Supprimez les deux quand le serveur répond de nouveau, puis relancez la commande.
    = {1}; the tables are there, without their foreign keys, and could not be removed: {2}
    > {1} ; les tables sont là, sans leurs clés étrangères, et n'ont pas pu être supprimées : {2}
    = Drop these tables, and the database '{1}', once the server answers again.
    > Supprimez ces tables, et la base « {1} », quand le serveur répond de nouveau.
    = put back
    > de remettre
    = Restore the safety backup that was made first, or move the tables back with RENAME TABLE.
    > Restaurez la sauvegarde de sécurité faite au début, ou remettez les tables par RENAME TABLE.
    = the account '{1}' may not see all of them: grant SELECT
    > le compte « {1} » n'a pas le droit de les voir toutes : accordez SELECT
    = the account '{1}' may not see them: grant EXECUTE
    > le compte « {1} » n'a pas le droit de les voir : accordez EXECUTE
    = loaded {1}
    > {1} : chargé
    = the server remarked on {1} of it, which may be others now: dates that are none
    > le serveur a fait une remarque sur {1}, peut-être changées : des dates qui n'en sont pas
    = what it says of the whole server was left out: {1}
    > ce qu'il dit de tout le serveur a été laissé de côté : {1}
    = {1} value
    > {1} valeur
    = {1} values
    > {1} valeurs
    = a statement of it does not end within {1} bytes, and the server takes none that is longer
    > une de ses commandes ne finit pas en {1} octets, et le serveur n'en prend pas de plus longue
    = If it is a whole dump, raise max_allowed_packet on the server; else take another copy of it.
    > S'il est entier, augmentez max_allowed_packet sur le serveur ; sinon, prenez-en une autre copie.
    = it ends within a statement
    > il s'arrête au milieu d'une commande
    = its end is missing: the line '-- Dump completed'
    > sa fin manque : la ligne « -- Dump completed »
    = pg_dump wrote it
    > c'est pg_dump qui l'a écrit
    = Name a file that mariadb-dump wrote.
    > Nommez un fichier écrit par mariadb-dump.
    = the account '{1}' may not see whether its tables have triggers: grant TRIGGER
    > le compte « {1} » n'a pas le droit de voir si ses tables ont des déclencheurs : accordez TRIGGER
    = the trigger '{1}' would act on each of them
    > le déclencheur « {1} » agirait sur chacune d'elles
    = a session of the restore is still at work
    > une session de la restauration travaille encore
    = A row is longer than the server takes: raise max_allowed_packet on it.
    > Une ligne est plus longue que ce que prend le serveur : augmentez-y max_allowed_packet.
    = a rest of the restore that could not be dropped; nobody needs it any more
    > un reste de la restauration qui n'a pas pu être supprimé ; plus personne n'en a besoin
    = it could not be put back: '{1}' may not make what belongs to '{2}'
    > elle ne pourrait pas être remise : « {1} » ne peut pas créer ce qui appartient à « {2} »
    = foreign keys of other databases lead to it: {1}
    > des clés étrangères d'autres bases y mènent : {1}
    = Drop these keys and make them again afterwards, or restore under another name.
    > Supprimez ces clés et recréez-les ensuite, ou restaurez sous un autre nom.
    = {1}; {2}; if its former tables are not there, they are in '{3}'
    > {1} ; {2} ; si ses anciennes tables n'y sont pas, elles sont dans « {3} »
    = it shows what is not here, and was left out: {1}
    > elle montre ce qui n'est pas ici, et a été laissée de côté : {1}
    = the account '{1}' may not see all databases: grant SHOW DATABASES
    > le compte « {1} » n'a pas le droit de voir toutes les bases : accordez SHOW DATABASES
    """#
}
