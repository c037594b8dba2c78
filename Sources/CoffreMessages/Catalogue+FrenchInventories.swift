extension Catalogue {
  /// Tables that list what is backed up.
  static let frenchInventories = #"""
    Reading and making lists
    = cannot read the list from '{1}'
    > lecture impossible de la liste depuis « {1} »
    = cannot make the list in '{1}'
    > création impossible de la liste dans « {1} »
    = the table '{1}' is in '{2}' already; it is left as it is
    > la table « {1} » existe déjà dans « {2} » ; elle reste telle quelle
    = Give another name with --table, or look at this one with `coffre inventory check`.
    > Donnez un autre nom avec --table, ou examinez celle-ci avec `coffre inventory check`.
    = what was asked for brings no rows with columns; give a SELECT
    > ce qui est demandé ne donne pas de lignes avec des colonnes ; donnez un SELECT
    = the list from '{1}' has several columns '{2}'
    > la liste de « {1} » a plusieurs colonnes « {2} »
    = Name the one that is meant in the mapping file, or select it alone with --query.
    > Nommez la bonne dans le fichier de correspondance, ou ne sélectionnez qu'elle avec --query.
    = the list from '{1}' lacks the columns {2}
    > il manque à la liste de « {1} » ces colonnes : {2}
    = it has {1}
    > elle a {1}
    = Tell under 'columns:' in a mapping file (--mapping) what they are called there.
    > Dites sous « columns: », dans un fichier de correspondance (--mapping), comment elles s'y appellent.
    = Give DB_USER and DB_PASSWORD in the file that --env-file names, or the password in the file that --source-password-file names.
    > Donnez DB_USER et DB_PASSWORD dans le fichier que nomme --env-file, ou le mot de passe dans celui que nomme --source-password-file.
    = Name the database in the address, or DB_NAME in the file that --env-file names.
    > Nommez la base dans l'adresse, ou donnez DB_NAME dans le fichier que nomme --env-file.
    = Look for a misspelt name in --table, --query or the address; `coffre inventory init` makes a table.
    > Cherchez un nom mal écrit dans --table, --query ou l'adresse ; `coffre inventory init` crée une table.
    = Grant the user the right to read the table; `coffre inventory init` needs CREATE and INSERT.
    > Donnez à l'utilisateur le droit de lire la table ; `coffre inventory init` a besoin de CREATE et d'INSERT.
    = Look whether the server runs, and whether DB_HOST, DB_PORT or the address lead to it.
    > Regardez si le serveur tourne, et si DB_HOST, DB_PORT ou l'adresse y mènent.
    = it has no line with the names of the columns
    > il n'a pas de ligne avec les noms des colonnes
    = line {1}: it has {2} values, and line {3} names {4} columns
    > ligne {1} : valeurs : {2}, alors que la ligne {3} nomme des colonnes au nombre de {4}
    = Put values that hold a '{1}' between double quotes.
    > Mettez entre guillemets droits les valeurs qui contiennent un « {1} ».
    = the file '{1}' is there already; it is left as it is
    > le fichier « {1} » existe déjà ; il reste tel quel
    = Give another name, or look at this one with `coffre inventory check`.
    > Donnez un autre nom, ou examinez celui-ci avec `coffre inventory check`.
    = line {1}: it is not UTF-8
    > ligne {1} : elle n'est pas en UTF-8
    = Save it as 'CSV UTF-8' in the spreadsheet program.
    > Enregistrez-le comme « CSV UTF-8 » dans le tableur.
    = there is a zero byte in it
    > il contient un octet nul
    = a double quote stands within a value; put the value between quotes, doubled
    > un guillemet droit se trouve dans une valeur ; mettez la valeur entre guillemets et doublez-le
    = something follows the closing quote
    > quelque chose suit le guillemet fermant
    = a double quote is not closed
    > un guillemet droit n'est pas fermé
    = the file that {1}_FILE names cannot be read
    > le fichier que nomme {1}_FILE ne peut être lu
    = the value of {1} is no text
    > la valeur de {1} n'est pas un texte
    = no list can be read from a database of the kind '{1}'
    > aucune liste ne peut être lue dans une base de genre « {1} »
    = Give an address with mariadb://, mysql://, postgresql:// or sqlite:, or a CSV file.
    > Donnez une adresse avec mariadb://, mysql://, postgresql:// ou sqlite:, ou un fichier CSV.
    = it is not said where the list is
    > rien ne dit où se trouve la liste
    = Give --from with an address or a CSV file, or --env-file with a file in which DB_HOST stands.
    > Donnez --from avec une adresse ou un fichier CSV, ou --env-file avec un fichier où figure DB_HOST.
    = the value of DB_PORT is no port
    > la valeur de DB_PORT n'est pas un port
    = Write a number from 1 to 65535.
    > Écrivez un nombre de 1 à 65535.
    = '--query' is for databases, and the list is a file
    > « --query » est pour les bases de données, et la liste est un fichier
    = Leave out --query.
    > Ôtez --query.
    = Give the path of a CSV file, or an address as mariadb://user@host/database.
    > Donnez le chemin d'un fichier CSV, ou une adresse comme mariadb://user@host/database.

    Mapping files
    = cannot read the mapping file '{1}'
    > lecture impossible du fichier de correspondance « {1} »
    = Write sections 'columns:', 'mounts:' and 'folders:', and below them indented lines as 'name: value'.
    > Écrivez des sections « columns: », « mounts: » et « folders: », et en dessous des lignes en retrait comme « nom: valeur ».
    = there is no column '{1}'; known are {2}
    > il n'y a pas de colonne « {1} » ; sont connues {2}
    = '{1}' is named twice
    > « {1} » est nommé deux fois
    = there is no section '{1}'; known are columns, mounts and folders
    > il n'y a pas de section « {1} » ; sont connues columns, mounts et folders
    = it is not UTF-8
    > elle n'est pas en UTF-8
    = a section has nothing on its own line
    > une section n'a rien d'autre sur sa ligne
    = it stands in no section
    > elle n'est dans aucune section
    = it is not indented as the lines before it
    > son retrait n'est pas celui des lignes précédentes
    = there is no value
    > il n'y a pas de valeur
    = something follows the value
    > quelque chose suit la valeur
    = a name is not followed by ':'
    > un nom n'est pas suivi de « : »
    = a ':' is not followed by a space
    > un « : » n'est pas suivi d'une espace
    = a name or value is empty
    > un nom ou une valeur est vide
    = a control character stands in a name or value
    > un nom ou une valeur contient un caractère de contrôle
    = before a '#' there is no space
    > il n'y a pas d'espace avant un « # »
    = in double quotes only '\\' and '\"' may follow a backslash; use single quotes
    > entre guillemets droits, seuls « \\ » et « \" » existent ; utilisez des apostrophes
    = a name or value begins with a mark; put it between single quotes
    > un nom ou une valeur commence par un signe ; mettez-le entre apostrophes
    = a value holds ':'; put it between single quotes
    > une valeur contient « : » ; mettez-la entre apostrophes
    = there is a tab; use spaces
    > il y a une tabulation ; utilisez des espaces
    = '{1}' is no share and no drive; write '\\server\share' or 'Z:'
    > « {1} » n'est ni un partage ni un lecteur ; écrivez « \\serveur\partage » ou « Z: »
    = '{1}' is no absolute folder
    > « {1} » n'est pas un dossier absolu

    Files of variables
    = cannot read the variables in '{1}'
    > lecture impossible des variables de « {1} »
    = Give the path of a file with lines such as DB_HOST=db.example.org.
    > Donnez le chemin d'un fichier avec des lignes comme DB_HOST=db.example.org.
    = Write KEY=value, KEY='value' or KEY="value".
    > Écrivez CLÉ=valeur, CLÉ='valeur' ou CLÉ="valeur".
    = it is not written KEY=value, with a key of letters, digits and '_'
    > elle n'est pas écrite CLÉ=valeur, avec une clé de lettres sans accent, de chiffres et de « _ »
    = '${' is not followed by a name and '}'
    > « ${ » n'est pas suivi d'un nom et de « } »
    = the variable '{1}' is not set
    > la variable « {1} » n'est pas définie
    = a quote is not closed before the end of the line
    > un guillemet ou une apostrophe n'est pas fermé avant la fin de la ligne
    = warning: others may read '{1}', which holds a password; run `chmod 600` on it
    > attention : d'autres peuvent lire « {1} », qui contient un mot de passe ; faites un `chmod 600` dessus

    Rows
    = the path holds a zero byte
    > le chemin contient un octet nul
    = the path '{1}' is not absolute
    > le chemin « {1} » n'est pas absolu
    = nobody says where '{1}' lies on this machine; name its share or drive under 'mounts:' in the mapping file
    > rien ne dit où « {1} » se trouve sur cette machine ; nommez son partage ou son lecteur sous « mounts: » dans le fichier de correspondance
    = behind the drive there is no '\': the path depends on where a program works
    > il n'y a pas de « \ » après le lecteur : le chemin dépend de l'endroit où travaille un programme
    = the path names no share behind its server
    > le chemin ne nomme pas de partage après son serveur
    = the path holds '..'
    > le chemin contient « .. »
    = '{1}' is neither yes nor no; write 1 or 0
    > « {1} » n'est ni oui ni non ; écrivez 1 ou 0
    = the row has no type
    > la ligne n'a pas de type
    = the type '{1}' is unknown; write {2}
    > le type « {1} » est inconnu ; écrivez {2}
    = the format '{1}' is unknown; write {2}
    > le format « {1} » est inconnu ; écrivez {2}
    = '{1}' holds one file, and the row names a folder
    > « {1} » contient un seul fichier, et la ligne nomme un dossier
    = '{1}' tells not how long to keep; write a count of archives, as 7, or a time, as 30j or 1a6m
    > « {1} » ne dit pas combien garder ; écrivez un nombre d'archives, comme 7, ou une durée, comme 30j ou 1a6m
    = the value of '{1}' is blank or no text
    > la valeur de « {1} » est blanche ou n'est pas un texte
    = the row has no path
    > la ligne n'a pas de chemin
    = '{1}' is not used: all of the folder in 'path_source' is meant
    > « {1} » ne sert pas : tout le dossier de « path_source » est pris
    = '{1}' holds a '/', a '\' or a zero byte; folders belong into 'path_source'
    > « {1} » contient un « / », un « \ » ou un octet nul ; les dossiers vont dans « path_source »
    = the row names no file in 'nom_fichier'
    > la ligne ne nomme pas de fichier dans « nom_fichier »
    = the row has no destination; give --to or BACKUP_ROOT
    > la ligne n'a pas de destination ; donnez --to ou BACKUP_ROOT
    = the destination holds '..' or a zero byte
    > la destination contient « .. » ou un octet nul
    = the destination is a relative folder; give --to or BACKUP_ROOT
    > la destination est un dossier relatif ; donnez --to ou BACKUP_ROOT
    = there are {1} free in '{2}' for a file of {3}
    > il y a {1} libres dans « {2} » pour un fichier de {3}
    = nothing is mounted at '{1}'
    > rien n'est monté sur « {1} »
    = '{1}' is no file
    > « {1} » n'est pas un fichier
    = '{1}' cannot be read: {2}
    > « {1} » ne peut être lu : {2}
    = '{1}' does not look like a server's data directory: it has no folder 'mysql'
    > « {1} » ne ressemble pas au dossier de données d'un serveur : il n'a pas de dossier « mysql »
    = nothing may be written into '{1}'
    > rien ne peut être écrit dans « {1} »
    = '{1}' cannot be used: {2}
    > « {1} » ne peut servir : {2}

    Commands
    = tables that list what is backed up
    > tables qui listent ce qui est sauvegardé
    = tell what each row of a list would back up
    > dire ce que sauvegarderait chaque ligne d'une liste
    = Reads the list, and tells of each row which file or folder it means, where its archives would go, and what is wrong with it. Nothing is written, neither into the list nor anywhere else; files are looked at, and not read.
    > Lit la liste et dit, pour chaque ligne, quel fichier ou dossier elle désigne, où iraient ses archives et ce qui n'y va pas. Rien n'est écrit, ni dans la liste ni ailleurs ; les fichiers sont regardés, pas lus.
    = every active row is good
    > chaque ligne active est bonne
    = no row is good
    > aucune ligne n'est bonne
    = some rows are good, others are not
    > certaines lignes sont bonnes, d'autres non
    = the list cannot be read whole
    > la liste ne peut être lue en entier
    = also: the list lacks a column
    > aussi : il manque une colonne à la liste
    = make a table that lists what to back up
    > créer une table qui liste ce qui est à sauvegarder
    = Makes the table with all its columns and an example row of each type, none of them active. What is there already of that name is never touched. For a path that is no address, a CSV file is made.
    > Crée la table avec toutes ses colonnes et une ligne d'exemple de chaque type, aucune active. Ce qui existe déjà sous ce nom n'est jamais touché. Pour un chemin qui n'est pas une adresse, un fichier CSV est créé.
    = also: a table of that name is there already
    > aussi : une table de ce nom existe déjà
    = the server does not answer or refuses
    > le serveur ne répond pas ou refuse
    = made the table '{1}' in '{2}', with three example rows, none active
    > table « {1} » créée dans « {2} », avec trois lignes d'exemple, aucune active
    = made the file '{1}', with three example rows, none active
    > fichier « {1} » créé, avec trois lignes d'exemple, aucune active
    = write your own rows into it, then run `coffre inventory check`
    > écrivez-y vos propres lignes, puis lancez `coffre inventory check`
    = mariadb://, mysql://, postgresql:// or sqlite: with the table, or a CSV file
    > mariadb://, mysql://, postgresql:// ou sqlite: avec la table, ou un fichier CSV
    = the server that DB_HOST names
    > le serveur que nomme DB_HOST
    = the table with the list: table, or schema.table
    > la table de la liste : table, ou schéma.table
    = a SELECT that gives the list, instead of a table
    > un SELECT qui donne la liste, au lieu d'une table
    = tells other names of columns, and where shares and drives lie
    > dit les autres noms des colonnes, et où se trouvent partages et lecteurs
    = a .env file with DB_HOST, DB_PORT, DB_USER, DB_PASSWORD, DB_NAME, BACKUP_ROOT
    > un fichier .env avec DB_HOST, DB_PORT, DB_USER, DB_PASSWORD, DB_NAME, BACKUP_ROOT
    = where destinations that are relative lie
    > où se trouvent les destinations relatives
    = Write table, or schema.table; or use --query.
    > Écrivez table, ou schéma.table ; ou utilisez --query.
    = <list>
    > <liste>
    = <select>
    > <select>
    = wrong: row {1}: {2}
    > faute : ligne {1} : {2}
    = note: row {1}: {2}
    > note : ligne {1} : {2}
    = note: the list has no column for {1}; nothing would be written there
    > note : la liste n'a pas de colonne pour {1} ; rien n'y serait écrit
    = the list has no rows: nothing would be backed up
    > la liste n'a pas de ligne : rien ne serait sauvegardé
    = no row is active: nothing would be backed up
    > aucune ligne n'est active : rien ne serait sauvegardé
    = {1}, {2} wrong, {3} not active
    > {1}, fautives : {2}, inactives : {3}
    = {1} active row
    > {1} ligne active
    = {1} active rows
    > {1} lignes actives
    = ROW
    > LIGNE
    = TYPE
    > TYPE
    = STATE
    > ÉTAT
    = SOURCE
    > SOURCE
    = DESTINATION
    > DESTINATION
    = FORMAT
    > FORMAT
    = KEEP
    > GARDER
    = the newest {1}
    > les plus récentes : {1}
    = ready
    > prête
    = wrong
    > fautive
    = inactive
    > inactive
    """#
}
