extension Catalogue {
  /// Private copies that a run of an inventory makes, and its log of the day.
  static let frenchStaging = #"""
    The log
    = row {1}: {2}
    > ligne {1} : {2}
    = cannot write the log in '{1}': {2}
    > écriture impossible du fichier de log dans « {1} » : {2}

    Copies of files
    = write a private copy to
    > d'écrire une copie privée dans
    = it changed while it was read: a private copy was archived, up to the {1} that it had when copying began; what was added since then is left for the next run
    > il a changé pendant la lecture : une copie privée a été archivée, jusqu'aux {1} qu'il avait au début de la copie ; ce qui a été ajouté depuis attend la prochaine exécution
    = it changed while it was read: a private copy of {1} was archived
    > il a changé pendant la lecture : une copie privée de {1} a été archivée
    = it was written to during each of {1} attempts to copy it: the copy may hold several moments of it
    > on y a écrit pendant chacun des {1} essais de copie : la copie peut en mêler plusieurs états
    = Name another folder for temporary copies, with --temp-dir or in the variable TMPDIR.
    > Indiquez un autre dossier pour les copies temporaires, avec --temp-dir ou dans la variable TMPDIR.
    = use for temporary copies the folder
    > d'utiliser pour les copies temporaires le dossier
    = '{1}' is removed: a run that was ended by force had left it
    > « {1} » est supprimé : une exécution interrompue de force l'avait laissé
    = a run that was ended by force left it, and it cannot be removed: {1}
    > une exécution interrompue de force l'a laissé, et sa suppression est impossible : {1}
    = Run as a user who may do this.
    > Lancez-le sous un utilisateur qui en a le droit.
    = a private copy needs {1}, and {2} are free in '{3}'
    > une copie privée demande {1}, et il reste {2} dans « {3} »
    = it has become shorter meanwhile
    > il a raccourci entre-temps

    Data directories
    = Run as root, or as the server's user.
    > Lancez-le en tant que root ou sous l'utilisateur du serveur.
    = a server runs on it: it would be asked for its files
    > un serveur y tourne : ses fichiers lui seraient demandés
    = no server runs on it: it would be copied as it is
    > aucun serveur n'y tourne : il serait copié tel quel
    = {1}: its data directory is '{2}'
    > {1} : son répertoire de données est « {2} »
    = InnoDB went on writing while a lock held all who write, each of {1} times
    > InnoDB a continué d'écrire pendant qu'un verrou retenait toutes les écritures, {1} fois de suite
    = Install mariadb-backup of the server's version, or stop the server.
    > Installez mariadb-backup de la version du serveur, ou arrêtez le serveur.
    = a server runs on it: copied while a lock held all who write, because mariadb-backup was not used ({1}); a server that is started on it recovers first, as after a crash
    > un serveur y tourne : copié pendant qu'un verrou retenait toutes les écritures, car mariadb-backup n'a pas servi ({1}) ; un serveur démarré dessus récupère d'abord, comme après un plantage
    = Install mariadb-backup of the server's version, grant the account RELOAD and PROCESS, or stop the server.
    > Installez mariadb-backup de la version du serveur, accordez RELOAD et PROCESS au compte, ou arrêtez le serveur.
    = the server has some of its files elsewhere: {1} is '{2}'
    > le serveur a une partie de ses fichiers ailleurs : {1} vaut « {2} »
    = Install mariadb-backup of the server's version, which follows such settings.
    > Installez mariadb-backup de la version du serveur, qui suit de tels réglages.
    = the server does not tell where InnoDB's log ends
    > le serveur ne dit pas où finit le journal d'InnoDB
    = a server runs on it, and nobody knows how to reach it
    > un serveur y tourne, et personne ne sait comment le joindre
    = a server runs on it and cannot be asked: {1}
    > un serveur y tourne et ne peut être interrogé : {1}
    = A copy of files that a server writes to is torn. Give an account of this server that may RELOAD and PROCESS in the file that --env-file names, run as root where root may enter, or stop the server.
    > Une copie de fichiers dans lesquels un serveur écrit est déchirée. Donnez, dans le fichier que nomme --env-file, un compte de ce serveur qui a RELOAD et PROCESS, lancez-le en tant que root là où root peut entrer, ou arrêtez le serveur.
    = the server is no MariaDB
    > le serveur n'est pas MariaDB
    = the server knows the folder by another name
    > le serveur connaît le dossier sous un autre nom
    = a server runs on it: copied by mariadb-backup and prepared
    > un serveur y tourne : copié par mariadb-backup et préparé
    = no server runs on it: copied as it is
    > aucun serveur n'y tourne : copié tel quel
    = '{1}' changed while it was copied: a server was started, or somebody writes there
    > « {1} » a changé pendant la copie : un serveur a démarré, ou quelqu'un y écrit
    = a server was started on it meanwhile
    > un serveur y a démarré entre-temps
    = Run it again: a server that runs is asked for its files.
    > Relancez : à un serveur qui tourne, on demande ses fichiers.
    = what lies elsewhere is not in the archive, and no server was started on the copy: {1}
    > ce qui se trouve ailleurs n'est pas dans l'archive, et aucun serveur n'a démarré sur la copie : {1}

    Their proof
    = its server was killed while it committed, and only its binary log tells what became of that; start the server once, and stop it
    > son serveur a été tué pendant une validation, et seul son journal binaire dit ce qu'il en est ; démarrez le serveur une fois, puis arrêtez-le
    = it is not of MariaDB
    > il n'est pas de MariaDB
    = its tables are encrypted, and Coffre has no keys
    > ses tables sont chiffrées, et Coffre n'a pas de clés
    = no 'mariadbd' is installed
    > aucun « mariadbd » n'est installé
    = no server was started on the copy: {1}
    > aucun serveur n'a démarré sur la copie : {1}
    = Look at the table on the server that was backed up, with CHECK TABLE.
    > Examinez la table sur le serveur sauvegardé, avec CHECK TABLE.
    = a server opened it, and read all of {1}
    > un serveur l'a ouvert et a lu en entier {1}
    """#
}
