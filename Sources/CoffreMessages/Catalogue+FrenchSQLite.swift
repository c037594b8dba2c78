extension Catalogue {
  /// SQLite.
  static let frenchSQLite = #"""
    Addresses of SQLite databases
    = it names no file
    > elle ne nomme aucun fichier
    = it names a host, and SQLite's databases are files of this machine
    > elle nomme un hôte, et les bases de SQLite sont des fichiers de cette machine
    = it has options
    > elle a des options
    = Write it as sqlite:/srv/app/data.db.
    > Écrivez-la sous la forme sqlite:/srv/app/data.db.
    Backups of SQLite databases
    = the private copy ended before its end
    > la copie privée s'est terminée avant sa fin
    = the copy that SQLite made is not as long as the database
    > la copie que SQLite a faite n'est pas aussi longue que la base
    = make a private copy in
    > de faire une copie privée dans
    = Name another folder in the variable TMPDIR.
    > Nommez un autre dossier dans la variable TMPDIR.
    = the copy of the database takes {1}
    > la copie de la base prend {1}
    = Free some space there, or name another folder in the variable TMPDIR.
    > Libérez de la place à cet endroit, ou nommez un autre dossier dans la variable TMPDIR.
    = copy
    > de copier
    = check
    > de vérifier
    = find
    > de trouver
    = read the copy of
    > de lire la copie de
    = it does not say what the image must be
    > il ne dit pas ce que doit être l'image
    = no table in the snapshot fits it
    > aucune table de l'instantané ne lui correspond
    = List them with `coffre snapshot tables`.
    > `coffre snapshot tables` les énumère.
    = Name one table, as in --table orders=orders_old.
    > Nommez une seule table, comme dans --table orders=orders_old.
    = a SQLite database is taken whole, as the image of its pages
    > une base SQLite est prise entière, comme image de ses pages
    = Leave out the options that choose databases, tables or rows: `coffre restore` takes them.
    > Enlevez les options qui choisissent des bases, des tables ou des lignes : `coffre restore` les prend.
    = what was stored is not what the copy holds
    > ce qui a été rangé n'est pas ce que contient la copie
    = {1} of '{2}' and others refer to rows that are not there
    > {1} de « {2} » et d'autres renvoient à des lignes qui n'existent pas
    = See `PRAGMA foreign_key_check` in sqlite3, or leave out --foreign-key-check.
    > Voyez `PRAGMA foreign_key_check` dans sqlite3, ou enlevez --foreign-key-check.
    = there is no room for a private copy; name another folder in TMPDIR
    > il n'y a pas de place pour une copie privée ; nommez un autre dossier dans TMPDIR
    = Look for a misspelt name; the address is sqlite:PATH.
    > Cherchez un nom mal écrit ; l'adresse est sqlite:CHEMIN.
    = Somebody keeps it locked: run the command again later, or give a longer --lock-timeout.
    > Quelqu'un la garde verrouillée : relancez la commande plus tard, ou donnez un --lock-timeout plus long.
    = It is another file, or encrypted: encrypted databases are backed up through the program that has the key.
    > C'est un autre fichier, ou il est chiffré : les bases chiffrées se sauvegardent par le programme qui a la clé.
    = The database is damaged: save what can be read with `sqlite3 FILE .recover`, and keep your older backups.
    > La base est endommagée : sauvez ce qui est lisible par `sqlite3 FICHIER .recover`, et gardez vos sauvegardes plus anciennes.
    = A program died while it was writing: run as a user who may write there, or open the database once with the program.
    > Un programme est mort en écrivant : relancez en tant qu'utilisateur qui peut y écrire, ou ouvrez la base une fois par le programme.
    = Run as a user who may read the file, and write into its folder if the database keeps a log there (WAL).
    > Relancez en tant qu'utilisateur qui peut lire le fichier, et écrire dans son dossier si la base y tient un journal (WAL).
    = of SQLite: examine all of the database before it counts as good
    > de SQLite : examiner toute la base avant de la tenir pour bonne
    = of SQLite: look whether every row that is referred to is there
    > de SQLite : regarder si chaque ligne à laquelle une autre renvoie est là
    = '--integrity-check' and '--foreign-key-check' are for SQLite databases
    > « --integrity-check » et « --foreign-key-check » sont pour les bases SQLite
    = Leave them out, or back up other databases by a command of their own.
    > Enlevez-les, ou sauvegardez les autres bases par une commande à part.
    = Let it end with .db or .sql.
    > Faites-le finir par .db ou .sql.
    = the written file is no whole database
    > le fichier écrit n'est pas une base entière
    Restores to SQLite databases
    = it is a dump of PostgreSQL
    > c'est un export de PostgreSQL
    = Name a file of SQLite, or a script that the sqlite3 program wrote.
    > Nommez un fichier de SQLite, ou un script écrit par le programme sqlite3.
    = the file is damaged: {1}
    > le fichier est endommagé : {1}
    = Save what can be read with `sqlite3 FILE .recover`.
    > Sauvez ce qui est lisible par `sqlite3 FICHIER .recover`.
    = a SQLite database has neither globals nor sessions
    > une base SQLite n'a ni objets globaux ni sessions
    = Leave out --globals and --disconnect.
    > Enlevez --globals et --disconnect.
    = the image is not the one that its manifest names
    > l'image n'est pas celle que nomme son manifeste
    = Check the repository with `coffre repo check --read-data`, and restore another snapshot.
    > Vérifiez le dépôt par `coffre repo check --read-data`, et restaurez un autre instantané.
    = it has a command of the sqlite3 program itself, '{1}'
    > il contient une commande du programme sqlite3 lui-même, « {1} »
    = it holds a zero byte: it is no script
    > il contient un octet nul : ce n'est pas un script
    = a command is too long
    > une commande est trop longue
    = it ends within a command: it is not whole
    > il finit au milieu d'une commande : il n'est pas entier
    = it ends within a transaction: it is not whole
    > il finit au milieu d'une transaction : il n'est pas entier
    = nothing is in the database that it makes
    > il n'y a rien dans la base qu'il fait
    = line {1}: {2}
    > ligne {1} : {2}
    = Make a new dump of the original; nothing was changed here.
    > Faites un nouvel export de l'original ; rien n'a été changé ici.
    = the database has a table '{1}'
    > la base a déjà une table « {1} »
    = Choose a name that is free: --table {1}=NEW.
    > Choisissez un nom libre : --table {1}=NOUVEAU.
    = the table '{1}' has {2}, and {3} in the manifest
    > la table « {1} » a {2}, et {3} dans le manifeste
    = {1} as in the manifest
    > {1} comme dans le manifeste
    = restored without rows
    > restaurée sans lignes
    = restored with all that it holds
    > restaurée avec tout ce qu'elle contient
    = the database has a table '{1}', whose name '{2}' needs itself
    > la base a une table « {1} », nom dont « {2} » a besoin pour elle-même
    = Virtual tables need the module that made them, which SQLite has not here: restore the whole database.
    > Les tables virtuelles ont besoin du module qui les a faites, que SQLite n'a pas ici : restaurez la base entière.
    = SQLite makes the table '{1}' without its part '{2}' here
    > SQLite fait ici la table « {1} » sans sa partie « {2} »
    = Restore the whole database with another version of SQLite.
    > Restaurez la base entière avec une autre version de SQLite.
    = the table '{1}' has other columns than in the snapshot
    > la table « {1} » a d'autres colonnes que dans l'instantané
    = Restore the whole database.
    > Restaurez la base entière.
    = it does not agree with the table whose text it indexes
    > elle ne s'accorde pas avec la table dont elle indexe le texte
    = {1} restored, without rows
    > restauration de {1}, sans lignes
    = {1} definition
    > {1} définition
    = {1} definitions
    > {1} définitions
    = somebody changed it after it was backed up
    > quelqu'un l'a changée après sa sauvegarde
    = the database has no such table, or one of another definition
    > la base n'a pas de telle table, ou l'a sous une autre définition
    = its columns are others than in the snapshot
    > ses colonnes sont autres que dans l'instantané
    = the table makes other values of what the snapshot has
    > la table fait d'autres valeurs de ce qu'a l'instantané
    = it belongs to the table '{1}'
    > elle appartient à la table « {1} »
    = Choose that one.
    > Choisissez celle-ci.
    = its triggers did not run
    > ses déclencheurs n'ont pas agi
    = its triggers are left behind: they speak of what is not in the snapshot
    > ses déclencheurs sont laissés de côté : ils parlent de ce qui n'est pas dans l'instantané
    = {1} refer to rows that are not there
    > {1} renvoient à des lignes qui n'existent pas
    = it refers to a table that is not there
    > elle renvoie à une table qui n'existe pas
    = Name a file in a folder that exists.
    > Nommez un fichier dans un dossier qui existe.
    = it is no file
    > ce n'est pas un fichier
    = Name the file of a database.
    > Nommez le fichier d'une base.
    = What cannot be backed up is not replaced: move it away yourself.
    > Ce qui ne peut être sauvegardé n'est pas remplacé : déplacez-le vous-même.
    = the database is in use
    > la base est en service
    = the database is in use, by process {1}
    > la base est en service, par le processus {1}
    = Stop the programs that use it, then run the command again.
    > Arrêtez les programmes qui s'en servent, puis relancez la commande.
    = somebody made a file there meanwhile
    > quelqu'un a fait un fichier à cet endroit entre-temps
    = it belonged to a database that is there no more, and is called '{1}' now
    > il appartenait à une base qui n'est plus là, et s'appelle maintenant « {1} »
    """#
}
