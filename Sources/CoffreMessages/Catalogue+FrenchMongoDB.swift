extension Catalogue {
  /// MongoDB.
  static let frenchMongoDB = #"""
    Addresses and sessions of MongoDB
    = Known are replicaSet, authSource, authMechanism, readPreference, directConnection, and tls with tlsCAFile and tlsCertificateKeyFile.
    > Sont connues replicaSet, authSource, authMechanism, readPreference, directConnection, et tls avec tlsCAFile et tlsCertificateKeyFile.
    = libmongoc cannot be loaded: {1}
    > libmongoc ne peut pas être chargée : {1}
    = Install it (`apt install libmongoc-1.0-0`).
    > Installez-la (`apt install libmongoc-1.0-0`).
    = documents of MongoDB are printed by libmongoc
    > c'est libmongoc qui écrit les documents de MongoDB
    = the user, the password or authSource is no text
    > l'utilisateur, le mot de passe ou authSource n'est pas un texte
    = the server's answer is no document
    > la réponse du serveur n'est pas un document
    = Give the password in the file that --source-password-file names; where another database than that of the address knows the user, add ?authSource=admin.
    > Donnez le mot de passe dans le fichier que nomme --source-password-file ; si c'est une autre base que celle de l'adresse qui connaît l'utilisateur, ajoutez ?authSource=admin.
    Backups of MongoDB
    = there is no database '{1}'
    > il n'y a pas de base « {1} »
    = they may not be read: grant the role 'backup'
    > on n'a pas le droit de les lire : accordez le rôle « backup »
    = versions before 5.0 show no common instant: each collection is of its own moment
    > les versions avant 5.0 ne montrent pas d'instant commun : chaque collection est de son propre moment
    = it is no replica set and shows no common instant: each collection is of its own moment
    > il n'est pas un replica set et ne montre pas d'instant commun : chaque collection est de son propre moment
    = the server shows no instant of them, they are of a moment behind it: {1}
    > le serveur n'en montre pas d'instant, elles sont d'un moment après lui : {1}
    = its definition holds a text that is no UTF-8
    > sa définition contient un texte qui n'est pas de l'UTF-8
    = the collection was dropped or renamed while the backup ran
    > la collection a été supprimée ou renommée pendant la sauvegarde
    = read the documents of
    > de lire les documents de
    = it keeps an instant for {1} seconds (minSnapshotHistoryWindowInSeconds), and the backup may take longer
    > il garde un instant pendant {1} secondes (minSnapshotHistoryWindowInSeconds), et la sauvegarde peut durer plus longtemps
    = the server's log of changes does not go back to the beginning of the backup
    > le journal des modifications du serveur ne remonte pas au début de la sauvegarde
    = Make it larger (replSetResizeOplog), or raise minSnapshotHistoryWindowInSeconds above the time that a backup takes.
    > Agrandissez-le (replSetResizeOplog), ou montez minSnapshotHistoryWindowInSeconds au-delà de la durée d'une sauvegarde.
    = the log of changes begins in the middle of a transaction
    > le journal des modifications commence au milieu d'une transaction
    = Run the backup again.
    > Relancez la sauvegarde.
    = the log of changes has transactions of several shards
    > le journal des modifications a des transactions de plusieurs shards
    = Back up through mongos.
    > Sauvegardez à travers mongos.
    = the log of changes has one that is not known: {1}
    > le journal des modifications en a une qui n'est pas connue : {1}
    = Raise minSnapshotHistoryWindowInSeconds above the time that a backup takes: then no log is needed.
    > Montez minSnapshotHistoryWindowInSeconds au-delà de la durée d'une sauvegarde : aucun journal n'est alors nécessaire.
    = a large transaction cannot be kept in '{1}' until its end: {2}
    > une grande transaction ne peut être gardée dans « {1} » jusqu'à sa fin : {2}
    = read the log of changes for
    > de lire le journal des modifications pour
    = it is not needed
    > il n'est pas nécessaire
    = a collection was changed while the backup ran: {1}
    > une collection a été modifiée pendant la sauvegarde : {1}
    = the server may not keep an instant so long: collections were copied, with the log of changes up to the end
    > le serveur pourrait ne pas garder un instant si longtemps : les collections ont été copiées, avec le journal des modifications jusqu'à la fin
    = the log of changes does not fit the documents
    > le journal des modifications ne va pas avec les documents
    = Use the version of Coffre that made the backup, or a later one.
    > Prenez la version de Coffre qui a fait la sauvegarde, ou une plus récente.
    = warning: documents are shown as they were copied, without the changes in '{1}'
    > avertissement : les documents sont montrés tels qu'ils ont été copiés, sans les modifications de « {1} »
    = Let it end with .archive.
    > Faites-le finir par .archive.
    = it is no archive of mongodump
    > ce n'est pas une archive de mongodump
    = Name a file that `mongodump --archive` wrote, or a folder of mongodump.
    > Nommez un fichier écrit par `mongodump --archive`, ou un dossier de mongodump.
    = it is an archive of a kind that is not known
    > c'est une archive d'une sorte inconnue
    = a definition in it is none
    > une définition y est mal faite
    = '{1}' does not end in it
    > « {1} » n'y finit pas
    = documents in it belong to no collection
    > des documents y sont sans collection
    = '{1}' goes on behind its end
    > « {1} » continue après sa fin
    = the checksum of '{1}' is wrong
    > la somme de contrôle de « {1} » est fausse
    = it has a log of changes, which is not applied here
    > elle a un journal des modifications, qui n'est pas appliqué ici
    = Restore it with `mongorestore --oplogReplay`.
    > Restaurez-la avec `mongorestore --oplogReplay`.
    = Take another copy of it, or another dump.
    > Prenez-en une autre copie, ou un autre export.
    = the dump has no such file
    > l'export n'a pas ce fichier
    = it became shorter while it was read
    > elle est devenue plus courte pendant la lecture
    = there is no collection in it
    > elle n'a aucune collection
    = the dump has several databases, and there is one name for them
    > l'export a plusieurs bases, et il y a un seul nom pour elles
    = unpack the archive in
    > de décompresser l'archive dans
    = Name a folder that mongodump wrote, or that of a database in it.
    > Nommez un dossier écrit par mongodump, ou celui d'une base qui s'y trouve.
    = the documents of '{1}.{2}' are not in it
    > les documents de « {1}.{2} » n'y sont pas
    = somebody else changes it meanwhile
    > quelqu'un d'autre la modifie pendant ce temps
    = Restore under a name that nobody uses.
    > Restaurez sous un nom que personne n'utilise.
    = mongodb+srv takes one name of a host, without a port: DNS tells the rest
    > mongodb+srv prend un seul nom d'hôte, sans port : le DNS dit le reste
    = Leave the name out of the address: each becomes a new database.
    > Laissez le nom hors de l'adresse : chacune devient une nouvelle base.
    = '{1}' is of a kind that is not known: {2}
    > « {1} » est d'une sorte inconnue : {2}
    = Leave its database out by a pattern, or use a later version of Coffre.
    > Laissez sa base de côté par un motif, ou prenez une version plus récente de Coffre.
    = the server does not tell the time of its log
    > le serveur ne dit pas l'heure de son journal
    = the server tells no version
    > le serveur ne dit pas de version
    = Run the backup when nobody makes, drops or changes collections.
    > Lancez la sauvegarde quand personne ne crée, supprime ou modifie de collections.
    = Grant the role 'backup'; 'read' on the database is enough where it has no time series.
    > Accordez le rôle « backup » ; « read » sur la base suffit là où elle n'a pas de séries temporelles.
    = The server keeps no instant that long: raise minSnapshotHistoryWindowInSeconds above the time that a backup takes.
    > Le serveur ne garde pas d'instant aussi longtemps : réglez minSnapshotHistoryWindowInSeconds au-dessus de la durée d'une sauvegarde.
    = Run the backup again when nobody makes, drops or renames collections.
    > Relancez la sauvegarde quand personne ne crée, supprime ou renomme de collections.
    = Somebody ended the cursor: run the backup again.
    > Quelqu'un a terminé le curseur : relancez la sauvegarde.
    = it holds something that is no document
    > il contient quelque chose qui n'est pas un document
    Restores to MongoDB
    = make the collections of
    > de créer les collections de
    = make the indexes of
    > de créer les index de
    = make the views of
    > de créer les vues de
    = rename collections of
    > de renommer des collections de
    = replace collections of
    > de remplacer des collections de
    = load the documents of
    > de charger les documents de
    = restore users and roles to
    > de restaurer les utilisateurs et les rôles vers
    = a definition is no document
    > une définition n'est pas un document
    = the server changed documents on their way
    > le serveur a changé des documents en chemin
    = Restore to a server of the version that the backup was made from.
    > Restaurez sur un serveur de la version dont vient la sauvegarde.
    = make
    > de créer
    = compare
    > de comparer
    = these could not be put in place: {1}
    > ceux-ci n'ont pas pu être mis en place : {1}
    = the database '{1}' has all that the snapshot has
    > la base « {1} » a tout ce qu'a l'instantané
    = {1}; {2}; these names are left over in '{3}': {4}
    > {1} ; {2} ; il reste dans « {3} » les noms : {4}
    = Drop by hand what is left over once the server answers again.
    > Supprimez à la main ce qui reste quand le serveur répond de nouveau.
    = Run the command again: it replaces all of the database. What was there at first is in the safety backup.
    > Relancez la commande : elle remplace toute la base. Ce qui y était au début est dans la sauvegarde de précaution.
    = what else the restore had made was removed; no longer as before: {1}
    > ce que la restauration avait créé d'autre a été supprimé ; ne sont plus comme avant : {1}
    = drop these by hand, they hold hashes of passwords: {1}
    > supprimez ceci à la main, ce sont des empreintes de mots de passe : {1}
    = the database '{1}' is as it was
    > la base « {1} » est comme avant
    = Drop them by hand once the server answers again.
    > Supprimez-les à la main quand le serveur répond de nouveau.
    = {1}; its former collections are called coffre_{2}_old_… now
    > {1} ; ses anciennes collections s'appellent maintenant coffre_{2}_old_…
    = Restore the safety backup that was made first, or rename them with renameCollection.
    > Restaurez la sauvegarde de précaution faite d'abord, ou renommez-les avec renameCollection.
    = the snapshot has its documents alone
    > l'instantané n'a que ses documents
    = Restore the snapshot's files with --target, and load the documents with mongorestore.
    > Restaurez les fichiers de l'instantané avec --target, et chargez les documents avec mongorestore.
    = it is larger than any definition
    > il est plus grand que toute définition
    = it ends in the middle of a document
    > il finit au milieu d'un document
    = a document in it has an impossible length
    > un document y a une longueur impossible
    = a document in it does not end where it should
    > un document y finit ailleurs qu'il ne devrait
    = a document in it has no _id
    > un document y est sans _id
    = these are there already, and stay as they are: {1}
    > ceux-ci existent déjà, et restent comme ils sont : {1}
    = the backup said of it: {1}
    > la sauvegarde en a dit : {1}
    = no transaction of MongoDB is large enough to replace documents alone
    > aucune transaction de MongoDB n'est assez grande pour remplacer les documents seuls
    = Leave out --data-only: whole collections are loaded beside the old ones.
    > Laissez --data-only de côté : des collections entières sont chargées à côté des anciennes.
    = the server keeps its own things in this database
    > le serveur garde ses propres affaires dans cette base
    = {1} with {2} restored, read again and compared
    > {1} avec {2}, restauré, relu et comparé
    = {1} collection
    > {1} collection
    = {1} collections
    > {1} collections
    = {1} document
    > {1} document
    = {1} documents
    > {1} documents
    = the database has such a collection
    > la base a déjà une telle collection
    = Restore as a user with the roles 'restore' and 'readWriteAnyDatabase'.
    > Restaurez sous un utilisateur qui a les rôles « restore » et « readWriteAnyDatabase ».
    = Choose another name.
    > Choisissez un autre nom.
    = The server has a database whose name differs by capitals alone: choose another name.
    > Le serveur a une base dont le nom ne diffère que par les majuscules : choisissez un autre nom.
    """#
}
