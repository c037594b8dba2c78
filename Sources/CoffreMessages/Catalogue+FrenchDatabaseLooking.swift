extension Catalogue {
  /// Looking at databases: tables and rows of snapshots, tests of servers, dumps into a file.
  static let frenchDatabaseLooking = #"""
    Tables of a snapshot
    = list the tables of a database's backup
    > lister les tables d'une base sauvegardée
    = For each table: its rows, their size, and what changed since the backup before. Only the manifests of the two are read. 'latest' is the newest backup of a database.
    > Pour chaque table : ses lignes, leur taille, et ce qui a changé depuis la sauvegarde précédente. Seuls les manifestes des deux sont lus. « latest » est la sauvegarde la plus récente d'une base.
    = also: the snapshot holds no database
    > aussi : l'instantané ne contient pas de base de données
    = snapshot {1} of {2}: {3}, version {4}
    > instantané {1} du {2} : {3}, version {4}
    = DATABASE
    > BASE
    = TABLE
    > TABLE
    = ROWS
    > LIGNES
    = CHANGE
    > CHANGEMENT
    = new table
    > nouvelle table
    = gone
    > supprimée
    = no change
    > sans changement
    = other content
    > autre contenu
    = not in it: {1}: {2}
    > non compris : {1} : {2}
    = INCOMPLETE: this backup does not hold all that was asked for
    > INCOMPLET : cette sauvegarde ne contient pas tout ce qui était demandé

    Rows of a snapshot
    = print rows of a table from a database's backup
    > afficher des lignes d'une table sauvegardée
    = only rows with this value, as COPY writes it
    > seulement les lignes qui ont cette valeur, écrite comme par COPY
    = stop after so many rows; 0 for all
    > s'arrêter après autant de lignes ; 0 pour toutes
    = how rows are printed
    > comment afficher les lignes
    = only these columns, joined by commas
    > seulement ces colonnes, séparées par des virgules
    = all
    > toutes
    = table, schema.table or database.schema.table
    > table, schéma.table ou base.schéma.table
    = Only what is needed of the repository is read: it ends with the last row that is wanted. A value is compared with the text that the server gave for it; '\N' stands for NULL. Where the whole key is given, it ends with the first row.\n\nIn csv NULL is nothing and an empty text is ""; in json NULL is null and all values are strings. Bytes that are not UTF-8 appear as \xHH. In a table long values are cut.
    > Du dépôt n'est lu que le nécessaire : la lecture s'arrête à la dernière ligne voulue. Une valeur est comparée au texte que le serveur en a donné ; « \N » désigne NULL. Si la clé entière est donnée, la lecture s'arrête à la première ligne.\n\nEn csv, NULL n'est rien et un texte vide est "" ; en json, NULL est null et toutes les valeurs sont des chaînes. Les octets qui ne sont pas de l'UTF-8 apparaissent sous la forme \xHH. Dans un tableau, les longues valeurs sont coupées.
    = also: the table or a column is not there
    > aussi : la table ou une colonne n'existe pas
    = snapshot {1} has no rows of a table '{2}'
    > l'instantané {1} n'a pas de lignes d'une table « {2} »
    = See `coffre snapshot tables {1}`.
    > Voyez `coffre snapshot tables {1}`.
    = '{1}' means {2}, among them {3}
    > « {1} » désigne {2}, dont {3}
    = Write it as schema.table or database.schema.table.
    > Écrivez schéma.table ou base.schéma.table.
    = '{1}' of '--where' is no condition
    > « {1} » pour « --where » n'est pas une condition
    = Write it as --where COLUMN=VALUE; \N is NULL.
    > Écrivez --where COLONNE=VALEUR ; \N désigne NULL.
    = the table '{1}' has no column '{2}'
    > la table « {1} » n'a pas de colonne « {2} »
    = It has {1}.
    > Elle a {1}.
    = a row has other columns than the manifest says
    > une ligne a d'autres colonnes que ne le dit le manifeste
    = <column=value>
    > <colonne=valeur>
    = <names>
    > <noms>
    = <table>
    > <table>

    Differences
    = of databases: also name rows that differ
    > pour des bases : nommer aussi les lignes qui diffèrent
    = with --rows: name so many rows of each kind and table
    > avec --rows : nommer autant de lignes de chaque sorte par table
    = compare backups of databases file by file
    > comparer des sauvegardes de bases fichier par fichier
    = of a database
    > d'une base de données
    = --rows is for two backups of databases of one kind, and these are none
    > --rows est pour deux sauvegardes de bases de données de même sorte, et ce n'est pas le cas ici
    = See `coffre snapshot tables` for what a snapshot holds.
    > `coffre snapshot tables` montre ce que contient un instantané.
    = its columns or its key are others
    > ses colonnes ou sa clé ont changé
    = its rows are no lines of text
    > ses lignes ne sont pas des lignes de texte
    = too many rows differ to compare them in memory
    > trop de lignes diffèrent pour les comparer en mémoire
    =        {1} added, {2} removed, {3} changed
    >        ajouté : {1}, supprimé : {2}, modifié : {3}
    =        its rows are not compared: {1}
    >        ses lignes ne sont pas comparées : {1}
    = no table differs
    > aucune table ne diffère

    Testing a server
    = look at what can be backed up
    > examiner ce qui peut être sauvegardé
    = tell whether a database can be backed up
    > dire si une base de données peut être sauvegardée
    = <address>
    > <adresse>
    = as postgresql://user@host:5432/database, or sqlite:PATH; a whole server without a name
    > comme postgresql://utilisateur@hôte:5432/base, ou sqlite:CHEMIN ; sans nom, un serveur entier
    = Connects, and looks at versions, rights, sizes and the vendor's tools; nothing is taken. The options are those of `backup`. How long a backup takes is an estimate for a first one, from sizes and a few megabytes of made-up rows.
    > Se connecte, et examine versions, droits, tailles et outils de l'éditeur ; rien n'est pris. Les options sont celles de `backup`. La durée indiquée est estimée pour une première sauvegarde, d'après les tailles et quelques mégaoctets de lignes inventées.
    = a backup would be whole
    > une sauvegarde serait complète
    = the server does not answer or refuses, or a pattern matches nothing
    > le serveur ne répond pas ou refuse, ou rien ne correspond à un motif
    = missing: the pattern '{1}' of {2} matches nothing
    > manque : le motif « {1} » de {2} ne correspond à rien
    = warning: the pattern '{1}' of {2} matches nothing
    > avertissement : le motif « {1} » de {2} ne correspond à rien
    = something cannot be read
    > quelque chose ne peut être lu
    = server
    > serveur
    = role
    > rôle
    = connection
    > connexion
    = encrypted
    > chiffrée
    = not encrypted
    > non chiffrée
    = free connections
    > connexions libres
    = standby
    > secondaire
    = yes
    > oui
    = tools
    > outils
    = database
    > base
    = size unknown
    > taille inconnue
    = first backup
    > première sauvegarde
    = about {1}
    > environ {1}
    = warning: rows would cross the network in clear text; add '?sslmode=verify-full' to the address
    > avertissement : les lignes traverseraient le réseau en clair ; ajoutez « ?sslmode=verify-full » à l'adresse
    = warning: the role has rights that a backup does not need: {1}
    > avertissement : le rôle a des droits dont une sauvegarde n'a pas besoin : {1}
    = warning: no database is chosen
    > avertissement : aucune base n'est choisie
    = missing: {1}: {2}
    > manque : {1} : {2}
    = not taken: {1}: {2}
    > non pris : {1} : {2}

    Dumping into a file
    = write a dump of
    > d'écrire le contenu de
    = write a database into one file, as its own tool does
    > écrire une base dans un fichier, avec son propre outil
    = The end of the file's name chooses the form: .dump for pg_restore, .tar, .sql for psql, .sql.gz, and with pg_dump 16 or newer .sql.zst or .sql.lz4. A whole server becomes .sql, by pg_dumpall, a SQLite database .db or .sql, MongoDB .archive for mongorestore. The file is readable for its owner alone, and replaces an older one only when the tool has ended well and the file is whole.
    > La fin du nom du fichier choisit la forme : .dump pour pg_restore, .tar, .sql pour psql, .sql.gz, et avec pg_dump 16 ou plus récent .sql.zst ou .sql.lz4. Un serveur entier devient un .sql, par pg_dumpall, une base SQLite .db ou .sql, MongoDB un .archive pour mongorestore. Seul son propriétaire peut lire le fichier, qui ne remplace un ancien que lorsque l'outil s'est bien terminé et que le fichier est complet.
    = all databases and roles
    > toutes les bases et tous les rôles
    = the name '{1}' does not tell what to write
    > le nom « {1} » ne dit pas quoi écrire
    = Let it end with .dump, .tar, .sql, .sql.gz, .sql.zst or .sql.lz4.
    > Terminez-le par .dump, .tar, .sql, .sql.gz, .sql.zst ou .sql.lz4.
    = a whole server can be dumped as .sql only
    > un serveur entier ne peut être écrit qu'en .sql
    = Name a database in the address, or another file.
    > Nommez une base dans l'adresse, ou un autre fichier.
    = the tool says: {1}
    > l'outil dit : {1}
    = pg_dump {1} cannot compress with {2}; version {3} can
    > pg_dump {1} ne sait pas compresser en {2} ; la version {3} le sait
    = Give a file that ends with .dump or .sql.gz, or install a newer version.
    > Donnez un fichier qui se termine par .dump ou .sql.gz, ou installez une version plus récente.
    = pg_restore cannot read what pg_dump wrote: {1}
    > pg_restore ne peut pas lire ce que pg_dump a écrit : {1}
    """#
}
