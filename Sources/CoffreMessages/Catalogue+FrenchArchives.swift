extension Catalogue {
  /// Archive files.
  static let frenchArchives = #"""
    Archives: reading and writing
    = cannot read the archive
    > impossible de lire l'archive
    = cannot read the {1} archive
    > impossible de lire l'archive {1}
    = cannot read '{1}' in the {2} archive
    > impossible de lire « {1} » dans l'archive {2}
    = this is no archive that can be read
    > ce n'est pas une archive lisible
    = this archive cannot be made so
    > cette archive ne peut pas être faite ainsi
    = cannot take '{1}'
    > impossible de prendre « {1} »
    = a program for {1} archives is missing
    > il manque un programme pour les archives {1}
    = Take another copy of the archive; what was unpacked from this one is not complete.
    > Prenez une autre copie de l'archive ; ce qui a été extrait de celle-ci n'est pas complet.
    = Give --password-file, --identity or --key-file, whichever it was made with.
    > Donnez --password-file, --identity ou --key-file, selon ce qui a servi à la faire.
    = Check the password or key, and that the file is the one you mean.
    > Vérifiez le mot de passe ou la clé, et que le fichier est bien le bon.
    = The archive may have been made to harm; ask where it comes from.
    > L'archive a peut-être été faite pour nuire ; demandez d'où elle vient.
    = If you trust where it comes from, raise the limit.
    > Si vous faites confiance à son origine, relevez la limite.
    = it became shorter while it was read; what was missing is zeros
    > il a raccourci pendant la lecture ; ce qui manquait est rempli de zéros
    = it changed while it was read
    > il a changé pendant la lecture
    = it is a socket; it is not in the archive
    > c'est une socket ; elle n'est pas dans l'archive
    = it is a socket; it is not brought back
    > c'est une socket ; elle n'est pas restituée
    = it is a file system of the kernel's own; it is not entered
    > c'est un système de fichiers propre au noyau ; on n'y entre pas
    = Coffre itself works in it; it is not in the archive
    > Coffre lui-même y travaille ; il n'est pas dans l'archive
    = nothing matches it
    > rien n'y correspond
    = levels of {1} go from {2} to {3}
    > les niveaux de {1} vont de {2} à {3}
    = it ends in the middle
    > elle s'arrête au milieu
    = its bytes do not fit its checksum
    > ses octets ne correspondent pas à sa somme de contrôle
    = what is encrypted in it was changed
    > ce qu'elle contient de chiffré a été modifié
    = its name holds a NUL
    > son nom contient un NUL
    = its path leads upwards with '..'
    > son chemin remonte avec « .. »
    = a part of its path is longer than 255 bytes
    > une partie de son chemin dépasse 255 octets
    = its path is absolute; such entries go into the target
    > son chemin est absolu ; de telles entrées vont dans la cible
    = the archive holds two entries of this name, and the first one is kept
    > l'archive contient deux entrées de ce nom, et la première est gardée
    = with a password, a line feed in a name does not come back from {1}; it is not in the archive
    > avec un mot de passe, un saut de ligne dans un nom ne revient pas de {1} ; l'entrée n'est pas dans l'archive
    = it is a hard link to '{1}', which the archive lacks
    > c'est un lien physique vers « {1} », que l'archive n'a pas
    = its path leads through '{1}', which is no folder
    > son chemin passe par « {1} », qui n'est pas un dossier
    = it holds more than {1} entries
    > elle contient plus de {1} entrées
    = it unpacks to more than {1}
    > elle donne plus de {1} une fois extraite
    = it unpacks to more than {1} times its size ({2})
    > elle donne plus de {1} fois sa taille ({2}) une fois extraite
    = it has no end: it was cut short
    > elle n'a pas de fin : elle a été tronquée
    = its length is another than it says
    > sa longueur n'est pas celle qu'elle annonce
    = '{1}' is no regular file
    > « {1} » n'est pas un fichier ordinaire
    = the entry has fewer bytes than it should
    > l'entrée a moins d'octets qu'elle ne devrait
    = pieces of the entry overlap
    > des morceaux de l'entrée se recouvrent
    = the entry is not whole
    > l'entrée n'est pas entière
    = {1} holds the bytes of one file
    > {1} contient les octets d'un seul fichier
    = {1} holds the bytes of one file, and there is none
    > {1} contient les octets d'un seul fichier, et il n'y en a aucun
    = the library has no memory to compress with
    > la bibliothèque n'a pas de mémoire pour compresser

    Archives: encryption
    = it is encrypted with a password
    > elle est chiffrée par un mot de passe
    = it is encrypted with a passphrase
    > elle est chiffrée par une phrase secrète
    = it is encrypted with a key
    > elle est chiffrée par une clé
    = it is encrypted for {1}
    > elle est chiffrée pour {1}
    = {1} recipient
    > {1} destinataire
    = {1} recipients
    > {1} destinataires
    = it is no keyset of Tink in JSON
    > ce n'est pas un jeu de clés de Tink en JSON
    = its primary key is missing or not enabled
    > sa clé principale manque ou n'est pas activée
    = its key is not of the kind AES256_GCM_HKDF_1MB
    > sa clé n'est pas du genre AES256_GCM_HKDF_1MB
    = the key file cannot be used: {1}
    > le fichier de clé n'est pas utilisable : {1}
    = its header is malformed
    > son en-tête est mal formé
    = its header was changed
    > son en-tête a été modifié
    = its end was changed
    > sa fin a été modifiée
    = the key is another one, or the end of the file is missing
    > la clé est une autre, ou la fin du fichier manque
    = the recipient '{1}' is no usable key
    > le destinataire « {1} » n'est pas une clé utilisable
    = it has a passphrase and something else
    > elle a une phrase secrète et autre chose
    = none of the identities is one it is encrypted for
    > aucune des identités n'est de celles pour qui elle est chiffrée
    = the passphrase is wrong
    > la phrase secrète est fausse
    = the password is wrong
    > le mot de passe est faux
    = its passphrase wants more than a GiB of memory
    > sa phrase secrète demande plus d'un Gio de mémoire
    = no recipient is named
    > aucun destinataire n'est nommé
    = the program '{1}' is not installed
    > le programme « {1} » n'est pas installé
    = it ended with an error
    > il s'est terminé par une erreur
    = piece {1} of {2} was changed, or the end is missing
    > le morceau {1} sur {2} a été modifié, ou la fin manque

    Archives: 7z
    = what it says of the entry is not understood
    > ce qu'elle dit de l'entrée n'est pas compris
    = the program '{1}' is not installed (package 7zip)
    > le programme « {1} » n'est pas installé (paquet 7zip)
    = its password must be one line of text, without control characters
    > son mot de passe doit être une seule ligne de texte, sans caractères de contrôle
    = its target is too long
    > sa cible est trop longue
    = it holds more than it says
    > elle contient plus qu'elle n'annonce
    = it may take {1} in '{2}', and {3} are free
    > il peut y falloir {1} dans « {2} », et {3} sont libres
    = 7z holds no such entries
    > 7z ne contient pas de telles entrées
    = zip holds no such entries
    > zip ne contient pas de telles entrées

    Archives: commands
    = make and open archive files
    > faire et ouvrir des archives
    = write files and folders into an archive
    > écrire des fichiers et des dossiers dans une archive
    = bring back what an archive holds
    > restituer ce que contient une archive
    = read an archive and check all of it
    > lire une archive et tout y vérifier
    = list what an archive holds
    > énumérer ce que contient une archive
    = what is written
    > ce qui est écrit
    = what the file's name ends in
    > selon la fin du nom du fichier
    = how hard to compress: a number of the format's own, or 'auto'
    > force de la compression : un nombre propre au format, ou « auto »
    = how many threads compress
    > combien de fils compressent
    = one per processor
    > un par processeur
    = encrypt the archive with the format's own password, or around the whole file
    > chiffrer l'archive avec le mot de passe du format, ou autour de tout le fichier
    = who may open it: a public key of age, or a key of gpg's ring
    > qui peut l'ouvrir : une clé publique d'age, ou une clé du trousseau de gpg
    = read public keys of age from a file, one a line
    > lire des clés publiques d'age dans un fichier, une par ligne
    = the key of --encrypt aes; made if it is not there
    > la clé de --encrypt aes ; faite si elle n'existe pas
    = replace a file that exists
    > remplacer un fichier qui existe
    = do not read the archive back before it gets its name
    > ne pas relire l'archive avant qu'elle n'ait son nom
    = the file to make
    > le fichier à faire
    = files and folders
    > fichiers et dossiers
    = The file appears under its name when it is whole, on the disk, and was read back; until then an older one stays. tar and its kinds hold everything, zip and 7z files, folders and symbolic links; what a format cannot hold is said once. gz, zst, xz and raw hold the bytes of one file; raw is known by its name alone. With 'auto', what does not shrink is stored.\n\n--encrypt native takes the password of zip or 7z (AES-256; in zip the names stay readable). 'age' is opened by `age -d`, with --recipient or a password; 'aes' by Tink (AES256_GCM_HKDF_1MB) and --key-file; 'gpg' by gpg. What is encrypted for recipients cannot be opened here: its bytes are read back, its contents are not.
    > Le fichier apparaît sous son nom quand il est entier, sur le disque, et a été relu ; jusque-là, un ancien reste. tar et ses variantes contiennent tout, zip et 7z les fichiers, dossiers et liens symboliques ; ce qu'un format ne peut contenir est dit une fois. gz, zst, xz et raw contiennent les octets d'un seul fichier ; raw ne se reconnaît qu'à son nom. Avec « auto », ce qui ne rapetisse pas est stocké tel quel.\n\n--encrypt native prend le mot de passe de zip ou de 7z (AES-256 ; dans un zip les noms restent lisibles). « age » s'ouvre par `age -d`, avec --recipient ou un mot de passe ; « aes » par Tink (AES256_GCM_HKDF_1MB) et --key-file ; « gpg » par gpg. Ce qui est chiffré pour des destinataires ne peut pas être ouvert ici : ses octets sont relus, son contenu non.
    = the archive could not be read back
    > l'archive n'a pas pu être relue
    = '{1}' is a folder
    > « {1} » est un dossier
    = archive
    > archiver
    = wrote '{1}': {2}, {3} in {4}, in {5}
    > écrit « {1} » : {2}, {3} dans {4}, en {5}
    = read back: it is whole
    > relue : elle est entière
    = the name '{1}' does not tell which format is meant
    > le nom « {1} » ne dit pas quel format est voulu
    = Give --format, or a name that ends in one of {1}.
    > Donnez --format, ou un nom qui finit par {1}.
    = '{1}' of '--level' is no level
    > « {1} » de « --level » n'est pas un niveau
    = Give a number, or 'auto'.
    > Donnez un nombre, ou « auto ».
    = <level>
    > <niveau>
    = <archive>
    > <archive>
    = where to put it
    > où le mettre
    = stop if it unpacks to more than this
    > s'arrêter si l'extraction donne plus que cela
    = 2000 times its own size, but at least 256 MiB
    > 2000 fois sa propre taille, mais au moins 256 Mio
    = Any tar, zip, 7z, rar or cpio, and single files in gz, bz2, xz, zst, lz4 or lzma, found by content, also in age, AES or gpg. Nothing is ever written outside the folder, whatever the names and links in the archive say, and no file appears under its name before its checksum was right; where only the whole archive has one, at the end.
    > Tout tar, zip, 7z, rar ou cpio, et les fichiers seuls en gz, bz2, xz, zst, lz4 ou lzma, reconnus par leur contenu, même dans age, AES ou gpg. Rien n'est jamais écrit hors du dossier, quoi que disent les noms et les liens de l'archive, et aucun fichier n'apparaît sous son nom avant que sa somme de contrôle ne soit juste ; si seule l'archive entière en a une, à la fin.
    = damaged, or something could not be brought back
    > endommagée, ou quelque chose n'a pas pu être restitué
    = extract
    > extraire
    = In the order of the archive. Checksums of contents are not looked at: `archive test` does that.
    > Dans l'ordre de l'archive. Les sommes de contrôle des contenus ne sont pas regardées : `archive test` le fait.
    = read the archive's password from a file
    > lire le mot de passe de l'archive dans un fichier
    = read the archive's password from a program's output
    > lire le mot de passe de l'archive dans la sortie d'un programme
    = a file with secret keys of age, as age-keygen writes it
    > un fichier de clés secrètes d'age, tel qu'age-keygen l'écrit
    = the key of an archive encrypted with --encrypt aes
    > la clé d'une archive chiffrée par --encrypt aes
    = the archive's file
    > le fichier de l'archive
    = '{1}' holds no secret key of age
    > « {1} » ne contient pas de clé secrète d'age
    = Give the file that age-keygen wrote.
    > Donnez le fichier qu'age-keygen a écrit.
    = Check its path.
    > Vérifiez son chemin.
    = {1} ({2}): {3}, {4} in {5}
    > {1} ({2}) : {3}, {4} en {5}
    = brought back to '{1}'
    > restitué dans « {1} »
    = checked '{1}'
    > vérifié « {1} »
    = Everything is unpacked and compared with the checksums that the archive has; nothing is written.
    > Tout est extrait et comparé aux sommes de contrôle que l'archive contient ; rien n'est écrit.
    = damaged, or not to be trusted
    > endommagée, ou indigne de confiance
    = recipients are for --encrypt age and gpg
    > les destinataires sont pour --encrypt age et gpg
    = Say which with --encrypt.
    > Dites lequel avec --encrypt.
    = --key-file is for --encrypt aes
    > --key-file est pour --encrypt aes
    = Add --encrypt aes, or leave it out.
    > Ajoutez --encrypt aes, ou retirez-la.
    = no password for the archive
    > pas de mot de passe pour l'archive
    = Give --password-file or --password-command.
    > Donnez --password-file ou --password-command.
    = {1} has no encryption of its own
    > {1} n'a pas de chiffrement propre
    = Use --encrypt age, or the format 7z or zip.
    > Prenez --encrypt age, ou le format 7z ou zip.
    = --encrypt gpg wants a recipient
    > --encrypt gpg demande un destinataire
    = Name a key of gpg's ring with --recipient.
    > Nommez une clé du trousseau de gpg avec --recipient.
    = a password is given, and nothing is to be encrypted
    > un mot de passe est donné, et rien n'est à chiffrer
    = Add --encrypt native for zip and 7z, or --encrypt age.
    > Ajoutez --encrypt native pour zip et 7z, ou --encrypt age.
    = it holds an archive: `coffre archive extract` brings back what is in that
    > il contient une archive : `coffre archive extract` restitue ce qu'elle contient
    = '{1}' does not tell that it holds bytes as they are
    > « {1} » ne dit pas qu'il contient des octets tels quels
    = Give it a name that ends in '{1}'.
    > Donnez-lui un nom qui finit par « {1} ».
    = '{1}' is no public key of age
    > « {1} » n'est pas une clé publique d'age
    = They begin with 'age1'; age-keygen makes them.
    > Elles commencent par « age1 » ; age-keygen les fait.
    = --encrypt aes wants a key
    > --encrypt aes demande une clé
    = Give --key-file; it is made if it is not there.
    > Donnez --key-file ; elle est faite si elle n'existe pas.
    = the archive holds the file that it is another name of twice, and the later one counts: it is not brought back
    > l'archive contient deux fois le fichier dont c'est un autre nom, et le dernier compte : il n'est pas restitué
    = the file that it is another name of could not be brought back
    > le fichier dont c'est un autre nom n'a pas pu être restitué
    = only its recipients can open it: its bytes were read back, its contents were not
    > seuls ses destinataires peuvent l'ouvrir : ses octets ont été relus, son contenu non
    = nothing in the archive matches the patterns
    > rien dans l'archive ne correspond aux motifs
    = it is a hard link to '{1}', which is not wanted
    > c'est un lien physique vers « {1} », qui n'est pas demandé
    = the archive does not hold what was written into it
    > l'archive ne contient pas ce qui y a été écrit
    = Run the command again; if it happens twice, the disk or the memory may be damaged.
    > Relancez la commande ; si cela se reproduit, le disque ou la mémoire sont peut-être endommagés.
    = password of the archive: 
    > mot de passe de l'archive : 
    """#
}
