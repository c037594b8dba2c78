extension Catalogue {
  /// What the system, the kits and files could not do. Verbs complete "impossible … « … »".
  static let frenchSystem = #"""
    = cannot {1}
    > impossible {1}
    = cannot {1} '{2}'
    > impossible {1} « {2} »
    = cannot {1} it: {2}
    > impossible {1} cet élément : {2}

    Verbs
    = open
    > d'ouvrir
    = read
    > de lire
    = write
    > d'écrire
    = write to
    > d'écrire dans
    = create
    > de créer
    = remove
    > de supprimer
    = list
    > de lister
    = load
    > de lire
    = save
    > d'enregistrer
    = rename
    > de renommer
    = restore to
    > de restaurer vers
    = run
    > d'exécuter
    = start
    > de démarrer
    = wait for
    > d'attendre
    = back up what the command prints as
    > de sauvegarder, sous le nom donné, la sortie de la commande :
    = use the name
    > d'employer le nom
    = look at
    > d'examiner
    = look at the file system of
    > d'examiner le système de fichiers de
    = find the current directory
    > de trouver le dossier courant
    = make directory
    > de créer le dossier
    = make symbolic link
    > de créer le lien symbolique
    = make hard link
    > de créer le lien physique
    = make device
    > de créer le périphérique
    = remove directory
    > de supprimer le dossier
    = read link
    > de lire le lien
    = list extended attributes of
    > de lister les attributs étendus de
    = read an extended attribute of
    > de lire un attribut étendu de
    = set an extended attribute of
    > d'écrire un attribut étendu de
    = remove an extended attribute of
    > de supprimer un attribut étendu de
    = set the owner of
    > de changer le propriétaire de
    = set the extended attributes of
    > d'écrire les attributs étendus de
    = set the permissions of
    > de changer les permissions de
    = set the times of
    > de changer les dates de
    = set the variable
    > de définir la variable
    = make a terminal
    > de créer un terminal
    = take a terminal
    > de prendre un terminal
    = make a pipe for
    > de créer un tube pour
    = watch signals
    > de surveiller les signaux
    = start a thread
    > de démarrer un fil d'exécution
    = standard input
    > entrée standard
    = standard output
    > sortie standard
    = standard error
    > sortie d'erreur

    = system error {1}
    > erreur système {1}
    = ended with status {1}
    > s'est terminé avec le code {1}
    = was ended by signal {1}
    > a été interrompu par le signal {1}
    = it {1}
    > il {1}
    = cannot read the command '{1}'
    > la commande « {1} » est illisible
    = Close every quote.
    > Fermez chaque guillemet.
    = a quote is not closed
    > un guillemet n'est pas fermé
    = it ends with a backslash
    > elle se termine par une barre oblique inverse

    Cipher and compression
    = shorter than any sealed message
    > plus court que tout message chiffré
    = damaged, or sealed with another key
    > endommagé, ou chiffré avec une autre clé
    = sealed with an all-zero nonce
    > chiffré avec un nonce nul
    = the scrypt parameters are out of range
    > les paramètres scrypt sont hors limites
    = the scrypt parameters ask for more than 1 GiB of memory or for minutes of work
    > les paramètres scrypt demandent plus de 1 Gio de mémoire ou des minutes de calcul
    = scrypt could not be computed with these parameters
    > scrypt n'a pas pu être calculé avec ces paramètres
    = not the beginning of a frame
    > ce n'est pas le début d'une trame
    = the frame is shorter than the content it declares
    > la trame est plus courte que le contenu qu'elle annonce
    = a block of an unknown kind
    > un bloc de type inconnu
    = it ends too early
    > il se termine trop tôt
    = it holds no frame
    > il ne contient aucune trame
    = not valid zstd: {1}
    > zstd invalide : {1}
    = needs a zstd window of more than 128 MiB
    > exige une fenêtre zstd de plus de 128 Mio
    = decompresses to more than {1} bytes
    > dépasse {1} octets une fois décompressé
    = does not decompress to the recorded {1} bytes
    > ne donne pas les {1} octets annoncés une fois décompressé

    Sources and stores
    = Run as a user who may do this, or leave it out with --exclude.
    > Lancez la commande avec un utilisateur qui en a le droit, ou excluez cet élément avec --exclude.
    = Free some space there, then run the command again.
    > Libérez de la place à cet endroit, puis relancez la commande.
    = The snapshot may have been made to harm; restore to an empty folder and look at the named entry.
    > L'instantané a peut-être été fabriqué pour nuire ; restaurez dans un dossier vide et examinez l'élément nommé.
    = Choose another target, or another --overwrite.
    > Choisissez une autre cible, ou une autre valeur de --overwrite.
    = Free some space where the repository lies, then run the command again; nothing was lost.
    > Libérez de la place là où se trouve le dépôt, puis relancez la commande ; rien n'est perdu.
    = Run as a user who may read and write the repository.
    > Lancez la commande avec un utilisateur qui peut lire et écrire le dépôt.
    = Check that the place is mounted writable and accepts new files.
    > Vérifiez que l'emplacement est monté en écriture et accepte de nouveaux fichiers.
    = Check the network and the address, then run the command again.
    > Vérifiez le réseau et l'adresse, puis relancez la commande.
    = it has {1} bytes, {2} were expected
    > il fait {1} octets au lieu de {2}
    = the stream was empty
    > le flux était vide
    = it is no name for a file
    > ce n'est pas un nom de fichier
    = the run was cancelled
    > l'exécution a été annulée
    = the stream was not read to its end
    > le flux n'a pas été lu jusqu'au bout
    = a stream can be read once only
    > un flux ne peut être lu qu'une fois
    = none of the sources could be read; no snapshot was made
    > aucune source n'a pu être lue ; aucun instantané n'a été créé
    = extended attributes: {1}
    > attributs étendus : {1}
    = extended attribute '{1}': {2}
    > attribut étendu « {1} » : {2}

    What the system says (strerror)
    = No such file or directory
    > Aucun fichier ou dossier de ce nom
    = Permission denied
    > Permission refusée
    = Operation not permitted
    > Opération non permise
    = No space left on device
    > Plus de place sur le périphérique
    = Disk quota exceeded
    > Quota de disque dépassé
    = File too large
    > Fichier trop volumineux
    = Read-only file system
    > Système de fichiers en lecture seule
    = Input/output error
    > Erreur d'entrée/sortie
    = File exists
    > Le fichier existe
    = Not a directory
    > N'est pas un dossier
    = Is a directory
    > Est un dossier
    = Directory not empty
    > Le dossier n'est pas vide
    = Too many levels of symbolic links
    > Trop de niveaux de liens symboliques
    = Too many open files
    > Trop de fichiers ouverts
    = Too many open files in system
    > Trop de fichiers ouverts dans le système
    = Too many links
    > Trop de liens
    = File name too long
    > Nom de fichier trop long
    = Invalid argument
    > Argument invalide
    = Invalid cross-device link
    > Lien entre périphériques impossible
    = Operation not supported
    > Opération non prise en charge
    = Function not implemented
    > Fonction non disponible
    = Device or resource busy
    > Périphérique ou ressource occupé
    = Text file busy
    > Fichier exécutable occupé
    = No such device
    > Aucun périphérique de ce nom
    = No such device or address
    > Aucun périphérique ou adresse de ce nom
    = No such process
    > Aucun processus de ce numéro
    = No data available
    > Aucune donnée disponible
    = Cannot allocate memory
    > Mémoire insuffisante
    = Resource temporarily unavailable
    > Ressource momentanément indisponible
    = Interrupted system call
    > Appel système interrompu
    = Argument list too long
    > Liste d'arguments trop longue
    = Exec format error
    > Format d'exécutable incorrect
    = Bad file descriptor
    > Descripteur de fichier invalide
    = Broken pipe
    > Tube rompu
    = Illegal seek
    > Déplacement impossible
    = Numerical result out of range
    > Valeur numérique hors limites
    = Value too large for defined data type
    > Valeur trop grande pour son type
    = Inappropriate ioctl for device
    > ioctl inadapté au périphérique
    = Stale file handle
    > Descripteur de fichier périmé
    = Transport endpoint is not connected
    > Le point de montage n'est plus desservi
    = Structure needs cleaning
    > Le système de fichiers doit être réparé
    = Remote I/O error
    > Erreur d'entrée/sortie distante
    = Connection refused
    > Connexion refusée
    = Connection reset by peer
    > Connexion interrompue par le correspondant
    = Connection timed out
    > Délai de connexion dépassé
    = Network is unreachable
    > Réseau injoignable
    = No route to host
    > Machine injoignable
    = Operation canceled
    > Opération annulée
    """#
}
