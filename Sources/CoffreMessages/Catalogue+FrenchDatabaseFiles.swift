extension Catalogue {
  /// Dumps that other tools made.
  static let frenchDatabaseFiles = #"""
    Dumps of other tools
    = start the program that reads
    > de démarrer le programme qui lit
    = Name a file that pg_dump wrote, or a folder of it with a toc.dat.
    > Indiquez un fichier écrit par pg_dump, ou un dossier de lui avec un toc.dat.
    = Install the package {1}.
    > Installez le paquet {1}.
    = Install the package postgresql-client.
    > Installez le paquet postgresql-client.
    = it is the dump of a whole server
    > c'est l'export d'un serveur entier
    = Run it with psql, on a server made for it: psql -f FILE.
    > Exécutez-le avec psql, sur un serveur fait pour lui : psql -f FICHIER.
    = loaded {1} of {2}
    > {1} de {2} chargées
    = ran {1}
    > {1} exécutés
    = {1} INSERT
    > {1} INSERT
    = {1} INSERTs
    > {1} INSERT
    = what it says of the database itself was left out: {1}
    > ce qu'il dit de la base elle-même a été laissé de côté : {1}
    = it holds several databases
    > il contient plusieurs bases
    = If you trust the file, run it with psql into a database made for it: psql -d NAME -f FILE.
    > Si vous faites confiance au fichier, exécutez-le avec psql dans une base faite pour lui : psql -d NOM -f FICHIER.
    = '{1}' concerns the whole server
    > « {1} » concerne le serveur entier
    = a statement that is none
    > une instruction qui n'en est pas une
    = '{1}' reads or writes something other than the file
    > « {1} » lit ou écrit autre chose que le fichier
    = Give a file that pg_dump wrote.
    > Donnez un fichier écrit par pg_dump.
    = {1}: the server took {2} of {3}
    > {1} : le serveur a pris {2} de {3}
    = Run it with psql into a database made for it, and compare: psql -d NAME -f FILE.
    > Exécutez-le avec psql dans une base faite pour lui, et comparez : psql -d NOM -f FICHIER.
    = the file ends among the rows of a table
    > le fichier s'arrête au milieu des lignes d'une table
    = it ends within a transaction
    > il finit au milieu d'une transaction
    = It is not whole: take another copy of it, or an older one.
    > Il n'est pas entier : prenez-en une autre copie, ou une plus ancienne.
    = pg_dump did not write it: whether it is whole cannot be told
    > pg_dump ne l'a pas écrit : on ne peut savoir s'il est entier
    = its end is missing: the line 'PostgreSQL database dump complete'
    > sa fin manque : la ligne « PostgreSQL database dump complete »
    = '--{1}' is for snapshots, and a file is restored whole
    > « --{1} » concerne les instantanés, et un fichier est restauré en entier
    = Leave it out, or name a snapshot.
    > Omettez-la, ou indiquez un instantané.
    = restored '{1}' to the database '{2}': {3} in {4}
    > « {1} » restauré dans la base « {2} » : {3} en {4}
    = Run the command again; if it fails again, run '{1}' by hand and look at what it says.
    > Relancez la commande ; si elle échoue encore, exécutez « {1} » à la main et regardez ce qu'il dit.
    = its statistics are not all gathered: {1}; run ANALYZE there later
    > ses statistiques ne sont pas toutes recueillies : {1} ; exécutez-y ANALYZE plus tard
    = The server or somebody on it ended our sessions: look at its log, then run the backup again.
    > Le serveur, ou quelqu'un sur lui, a terminé nos sessions : voyez son journal, puis relancez la sauvegarde.
    = Names of this database are no text in its encoding: rename them, or back it up with pg_dump.
    > Des noms de cette base ne sont pas du texte dans son encodage : renommez-les, ou sauvegardez-la avec pg_dump.
    = Look whether the server runs, and at its log; then run the backup again.
    > Regardez si le serveur tourne, et son journal ; puis relancez la sauvegarde.
    = Run the same command again when you like; it begins anew.
    > Relancez la même commande quand vous voudrez ; elle recommence tout.
    = describe
    > de décrire
    = {1} was changed or dropped while it was read
    > {1} a été modifié ou supprimé pendant sa lecture
    = Run the backup again when nobody changes functions, views and the like.
    > Relancez la sauvegarde quand personne ne modifie de fonctions, de vues ou autres définitions.
    """#
}
