extension Catalogue {
  /// Repositories on servers: addresses, certificates, what servers answer.
  static let frenchNetwork = #"""
    Rest list
    = something follows the list
    > quelque chose suit la liste
    = it is nested too deeply
    > l'imbrication est trop profonde
    = an object has no name or no size
    > un objet n'a pas de nom ou pas de taille
    = an object has a negative size
    > un objet a une taille négative
    = a size is no whole number
    > une taille n'est pas un nombre entier
    = a text is not UTF-8
    > un texte n'est pas de l'UTF-8
    = a value is missing
    > il manque une valeur
    = a text holds a control character
    > un texte contient un caractère de contrôle
    = an escape is none
    > un échappement n'en est pas un

    Rest store
    = the list cannot be read: {1}
    > la liste est illisible : {1}
    = Check the address: a server that speaks restic's REST protocol has to answer there.
    > Vérifiez l'adresse : un serveur parlant le protocole REST de restic doit y répondre.
    = repositories have no such object
    > les dépôts n'ont pas de tel objet
    = it sends more than was asked for
    > il envoie plus que demandé
    = it has more than the {1} bytes that were expected
    > il a plus que les {1} octets attendus
    = it sends a part of the whole
    > il envoie une partie au lieu du tout
    = it sends another part than was asked for
    > il envoie une autre partie que celle demandée
    = it has {1} bytes and sends {2} of {3}
    > il a {1} octets et en envoie {2} sur {3}
    = {1} of {2} bytes are there, from byte {3} on
    > {1} octets sur {2} sont là, à partir de l'octet {3}
    = the server answered 404 Not Found
    > le serveur a répondu 404 Not Found
    = the address cannot be read
    > l'adresse est illisible
    = Write it as rest:https://host:port/path/ or rest:http+unix:///socket:/path/; special characters of a password as %XX.
    > Écrivez-la rest:https://hôte:port/chemin/ ou rest:http+unix:///socket:/chemin/ ; les caractères spéciaux d'un mot de passe s'écrivent %XX.
    = the server answered {1}
    > le serveur a répondu {1}
    = This server wants to know who asks: set COFFRE_REST_USERNAME and COFFRE_REST_PASSWORD.
    > Ce serveur veut savoir qui demande : définissez COFFRE_REST_USERNAME et COFFRE_REST_PASSWORD.
    = Check the user name and the password for this server.
    > Vérifiez le nom d'utilisateur et le mot de passe pour ce serveur.
    = This server may only take additions: run forget and prune on the machine that keeps the repository, or as a user who may remove.
    > Ce serveur n'accepte peut-être que des ajouts : lancez forget et prune sur la machine qui héberge le dépôt, ou avec un utilisateur qui a le droit de supprimer.
    = Check that this user may write to this path; a server with private repositories wants the user's name first in it.
    > Vérifiez que cet utilisateur peut écrire à ce chemin ; un serveur à dépôts privés veut que le chemin commence par le nom de l'utilisateur.
    = Check that this user may read this path.
    > Vérifiez que cet utilisateur peut lire ce chemin.
    = Check the path in the repository's address.
    > Vérifiez le chemin dans l'adresse du dépôt.
    = Free some space on the server or raise its limit, then run the command again; nothing was lost.
    > Libérez de la place sur le serveur ou relevez sa limite, puis relancez la commande ; rien n'est perdu.
    = Have the server, or the proxy before it, take requests of at least 64 MiB.
    > Faites accepter au serveur, ou au proxy qui le précède, des requêtes d'au moins 64 Mio.
    = See the server's own log; run the command again when it is well.
    > Consultez le journal du serveur ; relancez la commande quand il sera rétabli.
    = Check the address: a server that speaks restic's REST protocol has to answer there, with http or https as given.
    > Vérifiez l'adresse : un serveur parlant le protocole REST de restic doit y répondre, en http ou https comme indiqué.
    = Name the certificate of the authority that signed the server's with --cacert. With --insecure-tls anybody between here and there could take the password.
    > Indiquez avec --cacert le certificat de l'autorité qui a signé celui du serveur. Avec --insecure-tls, n'importe qui sur le trajet pourrait prendre le mot de passe.
    = Check that the server speaks TLS on this port (https) or does not (http), and whether it wants --tls-client-cert.
    > Vérifiez que le serveur parle TLS sur ce port (https) ou non (http), et s'il exige --tls-client-cert.
    = Check the files that --cacert and --tls-client-cert name: both are PEM texts.
    > Vérifiez les fichiers indiqués par --cacert et --tls-client-cert : tous deux sont des textes PEM.
    = Give the address to which the server sends, if it is yours.
    > Donnez l'adresse vers laquelle le serveur renvoie, si c'est la vôtre.
    = Check the repository's address.
    > Vérifiez l'adresse du dépôt.
    = Check the name of the server, and the network.
    > Vérifiez le nom du serveur, et le réseau.
    = Check the address and the port, and that the server is running.
    > Vérifiez l'adresse et le port, et que le serveur est démarré.
    = Check the network and the server, then run the command again.
    > Vérifiez le réseau et le serveur, puis relancez la commande.
    = the server contradicts itself: {1}
    > le serveur se contredit : {1}
    = Check the server, and what stands before it, such as a proxy.
    > Vérifiez le serveur, et ce qui le précède, comme un proxy.
    = it took the object and does not have it
    > il a pris l'objet et ne l'a pas
    = it was sent {1} bytes and keeps {2}
    > il a reçu {1} octets et en garde {2}
    = there is another one, which the server does not let go
    > il y en a un autre, que le serveur ne veut pas supprimer
    = another object of that name lies there, and the server answered {1} to its removal
    > un autre objet de ce nom s'y trouve, et le serveur a répondu {1} à sa suppression
    = Remove it on the machine that keeps the repository, then run the command again.
    > Supprimez-le sur la machine qui héberge le dépôt, puis relancez la commande.
    = it tells no size
    > il n'indique pas de taille

    Retrying store
    = the store does not answer as it should; trying again
    > l'emplacement du dépôt ne répond pas comme il faut ; nouvel essai

    Curl handle
    = the server did not answer in HTTP
    > le serveur n'a pas répondu en HTTP
    = libcurl cannot go on
    > libcurl ne peut continuer
    = nothing moved for {1} s
    > plus rien ne bouge depuis {1} s
    = a value with a zero byte in it
    > une valeur avec un octet nul

    Transfer
    = the server sent more than 64 KiB of headers
    > le serveur a envoyé plus de 64 Kio d'en-têtes
    = the answer has more than {1} bytes
    > la réponse dépasse {1} octets

    Connection
    = read the repository's address from a file, password and all
    > lire l'adresse du dépôt, mot de passe compris, dans un fichier
    = trust these certificates (PEM file or folder) instead of the system's
    > accepter ces certificats (fichier PEM ou dossier) au lieu de ceux du système
    = show this certificate, with its key in the same file (PEM)
    > présenter ce certificat, avec sa clé dans le même fichier (PEM)
    = take any certificate: whoever stands between can read the password
    > accepter tout certificat : quiconque est sur le trajet peut lire le mot de passe
    = name of this program for servers
    > nom de ce programme pour les serveurs
    = send no faster; 0 for as fast as can be
    > ne pas envoyer plus vite ; 0 pour aussi vite que possible
    = receive no faster; 0 for as fast as can be
    > ne pas recevoir plus vite ; 0 pour aussi vite que possible
    = requests at once to the repository's server
    > requêtes simultanées au serveur du dépôt
    = keep asking a server that stopped answering so long
    > insister aussi longtemps auprès d'un serveur qui ne répond plus
    = no repository is named
    > aucun dépôt n'est indiqué
    = Give --repo, or set COFFRE_REPOSITORY.
    > Donnez --repo, ou définissez COFFRE_REPOSITORY.
    = the file '{1}' cannot be read: {2}
    > le fichier « {1} » est illisible : {2}
    = Give a file with the repository's address in it.
    > Donnez un fichier qui contient l'adresse du dépôt.
    = the file '{1}' is empty
    > le fichier « {1} » est vide
    = '{1}' of '--{2}' cannot be read: {3}
    > « {1} » de « --{2} » est illisible : {3}
    = Give a certificate file that this user may read.
    > Donnez un fichier de certificat que cet utilisateur peut lire.
    = <KiB/s>
    > <Kio/s>
    = <count>
    > <nombre>

    Repository composition
    = no other repository is named
    > aucun autre dépôt n'est indiqué
    = Give --from-repo, or set COFFRE_FROM_REPOSITORY.
    > Donnez --from-repo, ou définissez COFFRE_FROM_REPOSITORY.
    = '{1}' is neither a folder nor a place that this version knows
    > « {1} » n'est ni un dossier ni un emplacement que cette version connaît
    = Give a folder, or rest:https://host/path/; a folder with a colon in its name is written './a:b'.
    > Donnez un dossier, ou rest:https://hôte/chemin/ ; un dossier dont le nom contient un deux-points s'écrit « ./a:b ».
    = the repository's address cannot be read
    > l'adresse du dépôt est illisible
    = warning: everybody on this machine can see the password in --repo; give it by COFFRE_REST_PASSWORD instead
    > avertissement : tout le monde sur cette machine peut voir le mot de passe dans --repo ; donnez-le plutôt par COFFRE_REST_PASSWORD
    = the cache '{1}': cleared away {2}
    > cache « {1} » : retrait de {2}
    = {1} old folder
    > {1} ancien dossier
    = {1} old folders
    > {1} anciens dossiers
    = the cache '{1}' cannot be cleared: {2}
    > le cache « {1} » ne peut être nettoyé : {2}

    Http redirect
    = the server sends us on {1} times in a row
    > le serveur nous renvoie ailleurs {1} fois de suite
    = the server sends us on with another method
    > le serveur nous renvoie ailleurs avec une autre méthode
    = the server sends us on to something that is no address
    > le serveur nous renvoie vers ce qui n'est pas une adresse
    = the server sends us on to {1}://{2}:{3}, which may not get the password
    > le serveur nous renvoie vers {1}://{2}:{3}, qui ne doit pas recevoir le mot de passe
    = the server sends us on to a place without encryption
    > le serveur nous renvoie vers un endroit sans chiffrement
    """#
}
