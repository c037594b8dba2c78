extension Catalogue {
  /// Checking and repairing.
  static let frenchRepair = #"""
    Repair index
    = repair index
    > réparation de l'index
    = left by a save that was killed: '{1}' ({2})
    > reste d'un enregistrement interrompu : « {1} » ({2})
    = repair: {1}
    > réparation : {1}

    Repair packs
    = repair packs
    > réparation de packs

    Repair snapshots
    = repair snapshots
    > réparation d'instantanés
    = snapshot file {1}
    > fichier d'instantané {1}
    = {1}; nothing can bring it back, it was removed
    > {1} ; rien ne peut le récupérer, il a été supprimé
    = {1}; nothing can bring it back, --forget removes it
    > {1} ; rien ne peut le récupérer, --forget le supprime
    = repair: snapshot {1} of {2}
    > réparation : instantané {1} sur {2}

    Checker
    = the index lists it twice; harmless, and `coffre repo repair index` tidies it
    > l'index y renvoie deux fois ; sans gravité, et `coffre repo repair index` y met de l'ordre
    = {1} ({2}), this one first, in no index
    > {1} ({2}), dont celui-ci est le premier, hors de tout index
    = {1}: what is missing may lie there; `coffre repo repair index` lists what is good in them
    > {1} : ce qui manque s'y trouve peut-être ; `coffre repo repair index` liste ce qui y est bon
    = {1}: left by an interrupted run; harmless, and `coffre repo prune` frees the space
    > {1} : reste d'une exécution interrompue ; sans gravité, et `coffre repo prune` libère la place

    Index repair
    = {1}; it is replaced
    > {1} ; il est remplacé
    = losses
    > pertes
    = it is gone; the index names it no more
    > il a disparu ; l'index ne le cite plus
    = pack {1} was in no index: {2} verified and listed
    > le pack {1} n'était dans aucun index ; vérifié et listé à présent : {2}
    = the index was wrong about pack {1}: {2} verified and listed
    > l'index se trompait sur le pack {1} ; vérifié et listé à présent : {2}
    = {1}; no index names it, and it is not listed
    > {1} ; aucun index ne le cite, et il n'est pas listé
    = {1}; what the index says of it stays
    > {1} ; ce qu'en dit l'index demeure

    Pack examination
    = compressed blobs in a repository of version 1
    > blobs compressés dans un dépôt de version 1
    = it lies beyond the end
    > il se trouve au-delà de la fin
    = it is larger than any pack can be
    > il dépasse la taille possible d'un pack

    Pack examiner
    = packs
    > packs
    = {1} of it cannot be read
    > lecture impossible de {1} de son contenu

    Pack repair
    = the disk does not give all of it
    > le disque ne le rend pas en entier
    = it is gone, but the index names it
    > il a disparu, mais l'index le cite
    = {1}; {2} in it can be saved, {3} cannot
    > {1} ; récupérable : {2}, perdu : {3}
    = blobs
    > blobs
    = blob {1} was readable and is no more: {2}
    > le blob {1} était lisible et ne l'est plus : {2}

    Repair error
    = no pack's id begins with '{1}'
    > aucun identifiant de pack ne commence par « {1} »
    = Take the ids from `coffre repo check --read-data`.
    > Prenez les identifiants donnés par `coffre repo check --read-data`.
    = '{1}' is the beginning of several packs' ids
    > « {1} » est le début de plusieurs identifiants de packs
    = the index has to be repaired first
    > l'index doit être réparé d'abord
    = Run `coffre repo repair index`, then this command again.
    > Lancez `coffre repo repair index`, puis relancez cette commande.
    = pack {1} has to be repaired first
    > le pack {1} doit être réparé d'abord
    = Run `coffre repo repair packs {1}`, then this command again.
    > Lancez `coffre repo repair packs {1}`, puis relancez cette commande.
    = '{1}' exists and is not a copy of the pack
    > « {1} » existe et n'est pas une copie du pack
    = Move it away, or give another folder with --save-to.
    > Déplacez-le, ou donnez un autre dossier avec --save-to.

    Repair rule
    = it is of the unknown type '{1}' and was left out
    > il est du type inconnu « {1} » et a été laissé de côté
    = it is a symbolic link without a target and was left out
    > c'est un lien symbolique sans cible, il a été laissé de côté
    = it is a folder without a tree: what it held is lost
    > c'est un dossier sans arbre : ce qu'il contenait est perdu
    = no file can be named so: it is called '{1}' now
    > aucun fichier ne peut porter ce nom : il s'appelle maintenant « {1} »
    = it has the name of another entry: it is called '{1}' now
    > il porte le nom d'un autre élément : il s'appelle maintenant « {1} »
    = it had no modification time, and has that of 1970 now
    > il n'avait pas de date de modification, et a maintenant celle de 1970
    = its root cannot be read: all of it is lost
    > sa racine est illisible : tout est perdu
    = its tree cannot be read: what the folder held is lost
    > son arbre est illisible : ce que contenait le dossier est perdu
    = its content, {1}, is lost
    > son contenu, {1}, est perdu
    = {1} of its {2} are lost
    > de son contenu, {1} sur {2} sont perdus
    = its list of blobs is lost, and with it its content
    > sa liste de blobs est perdue, et avec elle son contenu
    = its size was given as {1} bytes; its content has {2}
    > sa taille annoncée était de {1} octets ; son contenu en a {2}

    Snapshot repair
    = no index names it; what is missing may lie in it
    > aucun index ne le cite ; ce qui manque s'y trouve peut-être

    Repo check
    = also read every byte of every pack
    > lire aussi chaque octet de chaque pack
    = also read part of the packs: '10%', '1/7' or '2G'
    > lire aussi une partie des packs : « 10% », « 1/7 » ou « 2G »
    = none
    > rien
    = believe what this machine has cached: quicker over a network, proves less
    > croire le cache de cette machine : plus rapide par le réseau, prouve moins
    = verify that a repository can be restored
    > vérifier qu'un dépôt peut être restauré
    = Everything is read from the repository itself, nothing from this machine's cache, unless --with-cache is given.
    > Tout est lu dans le dépôt lui-même et rien dans le cache de cette machine, sauf avec --with-cache.
    = a seventh each day: all in a week
    > un septième chaque jour : tout en une semaine
    = '{1}' is no share of the data
    > « {1} » n'est pas une part des données
    = Give a share such as '10%', '1/7' or '2G'.
    > Donnez une part comme « 10% », « 1/7 » ou « 2G ».
    = the data itself was not read; --read-data does that
    > les données elles-mêmes n'ont pas été lues ; --read-data le fait
    = DAMAGED: {1} in {2}
    > ENDOMMAGÉ : {1} dans {2}
    = no errors, {1}: {2}, in {3}
    > aucune erreur, {1} : {2}, en {3}
    = no errors: {1}, in {2}
    > aucune erreur : {1}, en {2}
    = next: keep a copy of the repository as it is; then run, in this order
    > ensuite : gardez une copie du dépôt tel quel ; puis lancez, dans cet ordre
    =       coffre repo repair index -r {1} --read-all-packs
    >       coffre repo repair index -r {1} --read-all-packs
    =       coffre repo repair index -r {1}
    >       coffre repo repair index -r {1}
    =       coffre repo repair packs -r {1} {2}
    >       coffre repo repair packs -r {1} {2}
    =       a backup of the same files, which stores again what the source still has
    >       une sauvegarde des mêmes fichiers, qui enregistre de nouveau ce que la source a encore
    =       coffre repo repair snapshots -r {1} --forget
    >       coffre repo repair snapshots -r {1} --forget
    =       coffre repo key remove -r {1} {2}
    >       coffre repo key remove -r {1} {2}
    =       coffre repo key add -r {1}, for whoever used that key's password
    >       coffre repo key add -r {1}, pour qui se servait du mot de passe de cette clé
    = read {1}, {2}
    > lu : {1}, {2}
    = sound
    > sain
    = damaged
    > endommagé

    Repo repair index
    = believe no index file: read every pack
    > ne croire aucun fichier d'index : lire chaque pack
    = make the index tell the truth about the packs
    > remettre l'index en accord avec les packs
    = Packs that no index names, and those it is wrong about, are read whole, and every blob is verified before it is listed. Packs that are gone are dropped from the index, index files that cannot be read are replaced, and what killed runs left under temporary names is removed. What is lost is named.
    > Les packs qu'aucun index ne cite, et ceux sur lesquels il se trompe, sont lus en entier, et chaque blob est vérifié avant d'être listé. Les packs disparus sont retirés de l'index, les fichiers d'index illisibles sont remplacés, et les restes d'exécutions tuées, sous des noms temporaires, sont supprimés. Ce qui est perdu est nommé.
    = the index is in order, and nothing is lost
    > l'index est en ordre, et rien n'est perdu
    = also: a pack is damaged, see 'repo repair packs'
    > aussi : un pack est endommagé, voir « repo repair packs »
    = the index is in order, but something is lost
    > l'index est en ordre, mais quelque chose est perdu
    = what is wrong, without changing anything
    > ce qui ne va pas, sans rien modifier
    = the index is in order
    > l'index est en ordre
    = nothing was changed
    > rien n'a été modifié
    = would list {1} that no index names
    > à lister : {1}, qu'aucun index ne nomme
    = would list {1} anew
    > à lister de nouveau : {1}
    = would drop {1} that the store no longer has
    > à retirer de l'index : {1}, disparition constatée
    = would list {1} anew and drop {2} that the store no longer has
    > à lister de nouveau : {1} ; à retirer de l'index : {2}, disparition constatée
    = would tidy the index, so that it names each pack once
    > à ranger : l'index, pour qu'il nomme chaque pack une seule fois
    = {1}; would replace {2}
    > {1} ; à remplacer : {2}
    = listed {1} that no index named
    > listé : {1}, qu'aucun index ne nommait
    = listed {1} anew
    > listé de nouveau : {1}
    = dropped {1} that the store no longer has
    > retiré de l'index : {1}, disparition constatée
    = listed {1} anew and dropped {2} that the store no longer has
    > listé de nouveau : {1} ; retiré de l'index : {2}, disparition constatée
    = tidied the index: it names each pack once
    > index rangé : il nomme chaque pack une seule fois
    = wrote {1}
    > écrit : {1}
    = replaced {1} by {2}
    > remplacé : {1}, par {2}
    = {1} new index file
    > {1} nouveau fichier d'index
    = {1} new index files
    > {1} nouveaux fichiers d'index
    = would remove {1}
    > à supprimer : {1}
    = DAMAGED: {1}, named above
    > ENDOMMAGÉ : {1}, voir ci-dessus
    = next: coffre repo repair packs -r {1} {2}
    > ensuite : coffre repo repair packs -r {1} {2}
    = {1} lost, which no snapshot needs
    > perdu : {1}, dont aucun instantané n'a besoin
    = LOST: content of {1} and {2} in {3}, named above
    > PERDU : du contenu de {1} et de {2} dans {3}, voir ci-dessus
    = next: back up the same files again, which stores what the source still has; then
    > ensuite : sauvegardez de nouveau les mêmes fichiers, ce qui enregistre ce que la source a encore ; puis
    =       coffre repo repair snapshots -r {1}, which makes the rest of each snapshot whole
    >       coffre repo repair snapshots -r {1}, qui rend complet ce qui reste de chaque instantané
    = {1} index file
    > {1} fichier d'index
    = {1} index files
    > {1} fichiers d'index
    = {1} new one
    > {1} nouveau
    = {1} new ones
    > {1} nouveaux
    = {1} temporary file
    > {1} fichier temporaire
    = {1} temporary files
    > {1} fichiers temporaires
    = {1} folder
    > {1} dossier
    = {1} folders
    > {1} dossiers
    = removed {1}
    > supprimé : {1}

    Repo repair packs
    = where copies of the damaged packs are kept
    > où garder des copies des packs endommagés
    = the current folder
    > le dossier courant
    = save what is still good in damaged packs
    > sauver ce qui est encore bon dans des packs endommagés
    = ids of packs, or their beginnings
    > des identifiants de packs, ou leurs débuts
    = A copy of each damaged pack is kept outside the repository. Every blob in it that can be verified is stored again; then the pack is taken out of the index and deleted. Packs in which nothing is wrong are left alone. What is lost is named.
    > Une copie de chaque pack endommagé est gardée hors du dépôt. Chaque blob qui peut y être vérifié est enregistré de nouveau ; puis le pack est retiré de l'index et supprimé. Les packs sans défaut ne sont pas touchés. Ce qui est perdu est nommé.
    = nothing is lost
    > rien n'est perdu
    = also: the index has to be repaired first
    > aussi : l'index doit être réparé d'abord
    = the packs are gone, but something in them is lost
    > les packs ont été supprimés, mais une partie de leur contenu est perdue
    = the id as repo check tells it
    > l'identifiant donné par repo check
    = nothing is wrong in {1}: left alone
    > sans défaut, non touché : {1}
    = the index is wrong about {1}
    > l'index se trompe sur {1}
    = next: coffre repo repair index -r {1} --read-all-packs
    > ensuite : coffre repo repair index -r {1} --read-all-packs
    = would store {1} again and delete {2}
    > à enregistrer de nouveau : {1} ; à supprimer : {2}
    = stored {1} again and deleted {2}
    > enregistré de nouveau : {1} ; supprimé : {2}
    = kept a copy: '{1}'
    > copie gardée : « {1} »
    = {1} damaged pack
    > {1} pack endommagé
    = {1} damaged packs
    > {1} packs endommagés
    = <pack>
    > <pack>

    Repo repair snapshots
    = append this to names of what lost content; '' keeps the names
    > ajouter ceci aux noms de ce qui a perdu du contenu ; '' garde les noms
    = make damaged snapshots whole without what is lost
    > rendre complets des instantanés, sans ce qui est perdu
    = Files lose the parts that are gone, folders whose tree is gone become empty; both get a suffix to their names, so that nobody takes them for whole. New snapshots get the tag 'repaired' and stand beside the old ones, unless --forget removes those. Repair the index and the packs first, and back up again: what a new backup brings is no longer lost.
    > Les fichiers perdent les parties disparues, les dossiers dont l'arbre a disparu deviennent vides ; leurs noms reçoivent un suffixe, pour que personne ne les croie complets. Les nouveaux instantanés portent l'étiquette « repaired » et restent à côté des anciens, sauf si --forget supprime ceux-ci. Réparez d'abord l'index et les packs, et sauvegardez de nouveau : ce qu'apporte une nouvelle sauvegarde n'est plus perdu.
    = the snapshots are whole again, without what is lost
    > les instantanés sont de nouveau complets, sans ce qui est perdu
    = names what is lost
    > nomme ce qui est perdu
    = '{1}' cannot be part of a file name
    > « {1} » ne peut faire partie d'un nom de fichier
    = Give a suffix such as '.incomplete'.
    > Donnez un suffixe comme « .incomplet ».
    = {1}: nothing to repair
    > {1} : rien à réparer
    = would repair {1}; {2} need no repair
    > à réparer : {1} ; sans défaut : {2}
    = repaired {1}; {2} needed no repair
    > réparé : {1} ; sans défaut : {2}
    = {1} had been repaired before
    > déjà réparé auparavant : {1}
    = LOST: {1} whose root cannot be read
    > PERDU : {1}, à la racine illisible
    = LOST: {1}, damaged
    > PERDU : {1}, car endommagé
    = NOT REPAIRED: {1}, named above
    > NON RÉPARÉ : {1}, voir ci-dessus
    = next: check the new snapshots; --forget then removes the damaged ones, and check finds no errors
    > ensuite : vérifiez les nouveaux instantanés ; --forget supprime alors les endommagés, et check ne trouve plus d'erreur
    = {1} snapshot file
    > {1} fichier d'instantané
    = {1} snapshot files
    > {1} fichiers d'instantanés
    = {1} damaged snapshot
    > {1} instantané endommagé
    = {1} damaged snapshots
    > {1} instantanés endommagés
    = <text>
    > <texte>

    Repair
    """#
}
