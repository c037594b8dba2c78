extension Catalogue {
  /// Backups of databases.
  static let frenchDatabases = #"""
    Addresses of databases
    = it begins like none that is known
    > elle ne commence comme aucune de celles qui sont connues
    = the bracket of an IPv6 address is not closed, or empty
    > le crochet d'une adresse IPv6 n'est pas fermé, ou il est vide
    = something other than a port follows an IPv6 address
    > autre chose qu'un port suit une adresse IPv6
    = a host has two colons; an IPv6 address stands in brackets
    > un hôte a deux deux-points ; une adresse IPv6 se met entre crochets
    = the name of the database holds a '/' or an '@'
    > le nom de la base contient un « / » ou un « @ »
    = an option is not written name=value
    > une option n'est pas écrite nom=valeur
    = a '%' is not followed by the two digits of a byte, or the bytes are no text
    > un « % » n'est pas suivi des deux chiffres d'un octet, ou les octets ne sont pas du texte
    = it names {1} ports for {2} hosts
    > elle nomme {1} ports pour {2} hôtes
    = a port is no number from 1 to 65535
    > un port n'est pas un nombre de 1 à 65535
    = cannot read the address of the database
    > impossible de lire l'adresse de la base de données
    = Write it as postgresql://user@host:5432/database; in names, write '@', ':', '/' and '?' as %40, %3A, %2F and %3F.
    > Écrivez-la postgresql://utilisateur@hôte:5432/base ; dans les noms, écrivez « @ », « : », « / » et « ? » comme %40, %3A, %2F et %3F.
    = Leave it out, and give it in the file that --source-password-file or COFFRE_SOURCE_PASSWORD_FILE names, in PGPASSWORD, or in ~/.pgpass (or the file that PGPASSFILE names).
    > Ôtez-le et donnez-le dans le fichier que nomme --source-password-file ou COFFRE_SOURCE_PASSWORD_FILE, dans PGPASSWORD, ou dans ~/.pgpass (ou le fichier que nomme PGPASSFILE).
    = Leave it out, and give it in the file that --source-password-file or COFFRE_SOURCE_PASSWORD_FILE names, or in MYSQL_PWD.
    > Ôtez-le et donnez-le dans le fichier que nomme --source-password-file ou COFFRE_SOURCE_PASSWORD_FILE, ou dans MYSQL_PWD.
    = Leave it out, and give it in the file that --source-password-file or COFFRE_SOURCE_PASSWORD_FILE names.
    > Ôtez-le et donnez-le dans le fichier que nomme --source-password-file ou COFFRE_SOURCE_PASSWORD_FILE.
    = the address of the database holds a password
    > l'adresse de la base de données contient un mot de passe
    = every user of this machine can read the arguments of a program, and shells keep them
    > tout utilisateur de cette machine peut lire les arguments d'un programme, et les shells les gardent

    Manifest of databases
    = no server
    > pas de serveur
    = no list of databases
    > pas de liste de bases
    = no word on whether it is complete
    > rien ne dit s'il est complet
    = database without name
    > base sans nom
    = sequence without name or value
    > séquence sans nom ou sans valeur
    = table without name or path
    > table sans nom ou sans chemin
    = table without count of rows or bytes
    > table sans nombre de lignes ou d'octets
    = part of a table without counts
    > partie d'une table sans nombres
    = object without '{1}' or '{2}'
    > objet sans « {1} » ou « {2} »
    = sum of rows that is no number of 32 hexadecimal digits
    > somme de lignes qui n'est pas un nombre de 32 chiffres hexadécimaux
    = manifest
    > manifeste
    = the file 'manifest.json' is no manifest of Coffre
    > le fichier « manifest.json » n'est pas un manifeste de Coffre
    = Choose a snapshot of a database.
    > Choisissez l'instantané d'une base de données.
    = the manifest has version {1}, and this Coffre reads up to {2}
    > le manifeste est de la version {1}, et ce Coffre lit jusqu'à la {2}
    = Use the Coffre that made the backup, or a later one; `restore.sql` beside the manifest needs none.
    > Employez le Coffre qui a fait la sauvegarde, ou un plus récent ; `restore.sql`, à côté du manifeste, n'en a pas besoin.
    = the manifest is of '{1}', which this Coffre does not know
    > le manifeste est de « {1} », que ce Coffre ne connaît pas
    = Use the Coffre that made the backup, or a later one.
    > Employez le Coffre qui a fait la sauvegarde, ou un plus récent.

    Patterns for tables
    = cannot read the pattern '{1}' of {2}
    > impossible de lire le motif « {1} » de {2}
    = Write database.schema.table, schema.table or table, with * and ? for what may be anything; a backslash before a dot makes it part of a name.
    > Écrivez base.schéma.table, schéma.table ou table, avec « * » et « ? » pour ce qui peut être n'importe quoi ; une barre oblique inverse devant un point en fait une partie du nom.
    = it has more names than a table
    > il a plus de noms qu'une table
    = a name in it is empty
    > un de ses noms est vide

    Tools of vendors
    = {1} ended well, but what it wrote is no whole dump
    > {1} s'est bien terminé, mais ce qu'il a écrit n'est pas une sauvegarde entière
    = Run '{1}' by hand and look at what it writes; another program may stand in its place.
    > Lancez « {1} » à la main et regardez ce qu'il écrit ; un autre programme est peut-être à sa place.
    = cannot run '{1}'
    > impossible de lancer « {1} »
    = Check what is installed there; `coffre source test` tells which programs are looked for.
    > Vérifiez ce qui y est installé ; `coffre source test` dit quels programmes sont cherchés.
    = '{1}' tells no version
    > « {1} » ne dit pas sa version
    = no '{1}' for {2} {3} is installed
    > aucun « {1} » pour {2} {3} n'est installé
    = none was found
    > aucun n'a été trouvé
    = only older ones were found: {1}
    > seuls de plus anciens ont été trouvés : {1}
    = Install it (`apt install {1}`), or name its folder in {2}, or a command that runs it elsewhere in {3}.
    > Installez-le (`apt install {1}`), ou nommez son dossier dans {2}, ou une commande qui le lance ailleurs dans {3}.

    Rights that are missing
    = the role '{1}' may not read {2}: grant SELECT on them, or use a superuser
    > le rôle « {1} » n'a pas le droit de lire {2} : accordez-lui SELECT, ou prenez un superutilisateur
    = its options can be read by a superuser, the user's own role or the server's owner only
    > seuls un superutilisateur, le rôle de l'utilisateur lui-même ou le propriétaire du serveur peuvent lire ses options
    = the definition of {1} can be read by a superuser only
    > seul un superutilisateur peut lire la définition de {1}
    = the role '{1}' may not read pg_authid: restored roles need new passwords
    > le rôle « {1} » n'a pas le droit de lire pg_authid : les rôles restaurés auront besoin de nouveaux mots de passe
    = it is unlogged, and this server is a standby, which does not have its content: use the primary
    > elle n'est pas journalisée (UNLOGGED), et ce serveur est un secondaire, qui n'en a pas le contenu : prenez le primaire
    = it was dropped meanwhile
    > l'objet a été supprimé entre-temps
    = the role '{1}' may not use the schema '{2}': grant USAGE on it, or pg_read_all_data
    > le rôle « {1} » n'a pas le droit d'utiliser le schéma « {2} » : accordez-lui USAGE, ou pg_read_all_data
    = the role '{1}' may not read it: grant SELECT on it, or pg_read_all_data
    > le rôle « {1} » n'a pas le droit de lecture : accordez-lui SELECT, ou pg_read_all_data
    = row security hides rows of it from the role '{1}': use a role with BYPASSRLS
    > la sécurité des lignes en cache au rôle « {1} » : prenez un rôle qui a BYPASSRLS
    = {1} large object
    > {1} objet large
    = {1} large objects
    > {1} objets larges
    = {1} subscription
    > {1} abonnement
    = {1} subscriptions
    > {1} abonnements

    Databases of a server
    = the server could not finish dropping it: run DROP DATABASE again
    > le serveur n'a pas pu finir de la supprimer : relancez DROP DATABASE
    = it allows no connections: see ALTER DATABASE … ALLOW_CONNECTIONS, or leave it out
    > elle n'accepte aucune connexion : voyez ALTER DATABASE … ALLOW_CONNECTIONS, ou laissez-la de côté
    = the role may not connect to it: grant CONNECT on it to the role
    > le rôle n'a pas le droit de s'y connecter : accordez-lui CONNECT

    Dump of a database
    = pg_dump takes all of them or none
    > pg_dump les prend tous ou aucun
    = they lie on another server
    > elles se trouvent sur un autre serveur
    = it belongs to the extension '{1}', which does not mark it for backups
    > elle appartient à l'extension « {1} », qui ne la destine pas aux sauvegardes
    = back up
    > de sauvegarder
    = Grant the right, leave it out by a pattern, or give --allow-partial.
    > Accordez le droit, laissez l'objet de côté par un motif, ou donnez --allow-partial.
    = tables are changed or dropped all the time, the last one {1}
    > des tables sont sans cesse modifiées ou supprimées, la dernière : {1}
    = Run the backup when nobody changes the shape of tables.
    > Lancez la sauvegarde quand personne ne modifie la structure des tables.
    = run pg_dump for
    > de lancer pg_dump pour
    = it was read before
    > il a déjà été lu
    = read the rows of
    > de lire les lignes de
    = Give the password in the file that --source-password-file names, in PGPASSWORD or in ~/.pgpass.
    > Donnez le mot de passe dans le fichier que nomme --source-password-file, dans PGPASSWORD ou dans ~/.pgpass.
    = Somebody is changing a table: run the backup again later, or give a longer --lock-timeout.
    > Quelqu'un est en train de modifier une table : relancez la sauvegarde plus tard, ou donnez un --lock-timeout plus long.
    = Set hot_standby_feedback on the standby, or back up the primary.
    > Activez hot_standby_feedback sur le secondaire, ou sauvegardez le primaire.
    = prove
    > de prouver
    = no server is named
    > aucun serveur n'est nommé
    = the server has no such database
    > le serveur n'a pas cette base
    = Name one that `psql -l` lists, or none for the whole server.
    > Nommez-en une de celles que `psql -l` énumère, ou aucune pour le serveur entier.
    = run pg_dumpall for
    > de lancer pg_dumpall pour
    = nothing shows that its instant held to the end
    > rien ne montre que son instant a tenu jusqu'à la fin
    = not all of it was read
    > tout n'a pas été lu
    = its manifest was not made
    > son manifeste n'a pas été fait
    = the pattern '{1}' matches nothing
    > le motif « {1} » ne correspond à rien
    = the pattern '{1}' of {2} matches nothing
    > le motif « {1} » de {2} ne correspond à rien
    = somebody is always changing the table {1}: {2}
    > quelqu'un modifie sans cesse la table {1} : {2}
    = process {1} of the role '{2}' waits to change it
    > le processus {1} du rôle « {2} » attend pour la modifier
    = these are more tables than can be named to pg_dump {1}
    > ce sont plus de tables qu'on n'en peut nommer à pg_dump {1}
    = Choose them by whole schemas, or install pg_dump 17 or later.
    > Choisissez-les par schémas entiers, ou installez pg_dump 17 ou plus récent.
    = {1}: in the row {2}, whose text takes about {3}
    > {1} : dans la ligne {2}, dont le texte prend environ {3}
    = Mend, shorten or remove that row, or leave out the table's rows with --exclude-table-data.
    > Réparez, raccourcissez ou supprimez cette ligne, ou laissez de côté les lignes de la table avec --exclude-table-data.
    = No row can be sent whose text takes 1 GiB, and each byte of a bytea takes two: keep such a value as a large object, or in several rows; or leave out the table's rows with --exclude-table-data. Where only a bytea is so large, COPY (FORMAT binary) takes them.
    > Aucune ligne dont le texte prend 1 Gio ne peut être envoyée, et chaque octet d'un bytea en prend deux : gardez une telle valeur comme objet large, ou en plusieurs lignes ; ou laissez de côté les lignes de la table avec --exclude-table-data. Là où seul un bytea est si grand, COPY (FORMAT binary) les prend.
    = Look at ~/.pg_service.conf, or at the file that PGSERVICEFILE names.
    > Regardez ~/.pg_service.conf, ou le fichier que PGSERVICEFILE nomme.
    = it names a service and no database, and PGDATABASE may be that service's or not
    > elle nomme un service et aucune base de données, et PGDATABASE peut être celle de ce service ou non
    = Name the database in the address, as in postgresql:///shop?service=S; or unset PGDATABASE, which makes no difference otherwise.
    > Nommez la base de données dans l'adresse, comme dans postgresql:///shop?service=S ; ou ôtez PGDATABASE, qui n'a pas d'autre effet.
    = it is empty, and had {1} in the backup before
    > elle est vide, et avait {1} dans la sauvegarde précédente
    = '--{1}' is for files, and only databases are named
    > « --{1} » est pour les fichiers, et seules des bases de données sont nommées
    = Leave it out; --exclude-database, --exclude-table and --exclude-table-data leave out parts of databases.
    > Ôtez-la ; --exclude-database, --exclude-table et --exclude-table-data laissent de côté des parties de bases.
    = Look for a misspelt name; capitals count.
    > Cherchez une faute dans un nom ; les majuscules comptent.

    Session of a server
    = a connection pool stands between; it mixes the sessions of its clients
    > un répartiteur de connexions est entre les deux ; il mêle les sessions de ses clients
    = Give the address of the server itself.
    > Donnez l'adresse du serveur lui-même.
    = the server exported no snapshot
    > le serveur n'a pas exporté de vue figée
    = the connection that holds the instant is lost
    > la connexion qui tient l'instant est perdue
    = {1} rows came, and the server says that it sent {2}
    > {1} lignes sont venues, et le serveur dit en avoir envoyé {2}
    = the server ended a COPY without a count of its rows
    > le serveur a terminé un COPY sans donner le nombre de ses lignes
    = the server does not answer in time
    > le serveur ne répond pas à temps
    = the server gave another answer than was asked for
    > le serveur a donné une autre réponse que celle qui était demandée

    Backup options of databases
    = '--{1}' is for databases, and none is named
    > « --{1} » est pour les bases de données, et aucune n'est nommée
    = Give an address, as postgresql://user@host/db.
    > Donnez une adresse, comme postgresql://utilisateur@hôte/base.
    = what the server is called in snapshots
    > comment le serveur s'appelle dans les instantanés
    = its host and port
    > son hôte et son port
    = of a whole server take these databases only
    > d'un serveur entier, ne prendre que ces bases
    = leave out these databases
    > laisser ces bases de côté
    = take these tables only: [database.][schema.]table, with * and ?
    > ne prendre que ces tables : [base.][schéma.]table, avec « * » et « ? »
    = leave out these tables
    > laisser ces tables de côté
    = take these tables without their rows
    > prendre ces tables sans leurs lignes
    = take no rows
    > ne prendre aucune ligne
    = take rows only
    > ne prendre que les lignes
    = leave out what cannot be read of a database, and say so (exit 3)
    > laisser de côté ce qui ne peut être lu d'une base, et le dire (code 3)
    = file with the password of the database's user
    > fichier qui contient le mot de passe de l'utilisateur de la base
    = how long to wait for tables that somebody is changing
    > combien de temps attendre des tables que quelqu'un modifie
    = the address names the database '{1}', and --database or --exclude-database leaves it out
    > l'adresse nomme la base « {1} », et --database ou --exclude-database la laisse de côté
    = Leave out these options, or write the address without a database.
    > Omettez ces options, ou écrivez l'adresse sans base.
    = this version knows no '{1}' databases
    > cette version ne connaît pas les bases « {1} »
    = Give files, folders, or addresses with {1}.
    > Donnez des fichiers, des dossiers, ou des adresses en {1}.
    = Give the path of a file that holds the password of the database's user.
    > Donnez le chemin d'un fichier qui contient le mot de passe de l'utilisateur de la base.
    """#
}
