extension Catalogue {
  /// Pruning.
  static let frenchPruning = #"""
    Prune
    = keeping {1}, repacking {2} ({3}), deleting {4} ({5})
    > {1} à garder, {2} à réécrire ({3}), {4} à supprimer ({5})
    = there is no space for what prune writes anew; nothing was lost
    > pas de place pour ce que l'élagage réécrit ; rien n'est perdu
    = Run `coffre repo prune --max-repack-size 0`, which writes nothing but a small index.
    > Lancez `coffre repo prune --max-repack-size 0`, qui n'écrit qu'un petit index.
    = there is not even space for prune's lock or for a new index; nothing was lost
    > pas même de place pour le verrou de l'élagage ou pour un nouvel index ; rien n'est perdu
    = Free a little space beside the repository, never inside it, and run the command again. If there is none to be had: `coffre repo prune --unsafe-recover-no-free-space`, see its help.
    > Libérez un peu de place à côté du dépôt, jamais dedans, et relancez la commande. S'il n'y en a pas à trouver : `coffre repo prune --unsafe-recover-no-free-space`, voyez son aide.
    = '--unsafe-recover-no-free-space' wants the id of the repository '{1}', so that nobody gives it by chance
    > « --unsafe-recover-no-free-space » veut l'identifiant du dépôt « {1} », pour que personne ne la donne par hasard
    = Try `coffre repo prune --max-repack-size 0` first. If that finds no space, give --unsafe-recover-no-free-space {1}
    > Essayez d'abord `coffre repo prune --max-repack-size 0`. Si la place manque encore, donnez --unsafe-recover-no-free-space {1}
    = the index of '{1}' is incomplete: its old files are gone, and the new ones could not be written
    > l'index de « {1} » est incomplet : ses anciens fichiers sont supprimés, et les nouveaux n'ont pas pu être écrits
    = Nothing that a snapshot needs is lost. Free some space if there is none, then run `coffre repo repair index -r {1}`, before anything else.
    > Rien de ce dont un instantané a besoin n'est perdu. Libérez de la place s'il n'y en a pas, puis lancez `coffre repo repair index -r {1}`, avant toute autre chose.
    = there is no space for the new index beside the old one, which therefore goes first: do not interrupt this
    > pas de place pour le nouvel index à côté de l'ancien, qui part donc d'abord : n'interrompez pas
    = last resort on a disk without any free space: the repository's id
    > dernier recours sur un disque sans aucune place : l'identifiant du dépôt
    = {1} ({2}) marked for deletion by rustic: left for `rustic prune`
    > suppression prévue par rustic, laissée à `rustic prune` : {1} ({2})
    = {1} Nothing was removed; what was repacked is kept, and the next prune goes on from there.
    > {1} Rien n'a été supprimé ; ce qui a été réécrit reste, et le prochain élagage repartira de là.
    = prune: snapshots
    > élagage : instantanés
    = prune: index
    > élagage : index
    = prune: trees
    > élagage : arbres
    = prune: plan
    > élagage : plan
    = prune: repack
    > élagage : réécriture
    = prune: wait
    > élagage : attente
    = prune: delete
    > élagage : suppression
    = let so much unused data stay: '5%', '500M' or 'unlimited'
    > laisser tant de données inutilisées : « 5% », « 500M » ou « unlimited »
    = write no more than so much anew
    > ne pas réécrire plus que cela
    = no limit
    > sans limite
    = write only packs of trees anew
    > ne réécrire que les packs d'arbres
    = also compress what is stored plain
    > compresser aussi ce qui est enregistré sans compression
    = join packs below 80 % of the usual size
    > réunir les packs de moins de 80 % de la taille habituelle
    = join packs below this size
    > réunir les packs plus petits que cela
    = by their usual size
    > selon leur taille habituelle
    = open and hash every blob that moves, and copies that stay
    > déchiffrer et vérifier chaque blob déplacé, et les copies qui restent
    = go on without any snapshot, which frees everything
    > continuer même sans aucun instantané, ce qui libère tout
    = '{1}' is no limit for unused data
    > « {1} » n'est pas une limite de données inutilisées
    = Give a share below 100 % such as '5%', a size such as '500M', or 'unlimited'.
    > Donnez une part de moins de 100 % comme « 5% », une taille comme « 500M », ou « unlimited ».
    = packs of {1} are what prune writes: it cannot join larger ones
    > prune écrit des packs de {1} : il ne peut en réunir de plus grands
    = Give --repack-smaller-than a smaller size.
    > Donnez à --repack-smaller-than une taille plus petite.
    = <limit>
    > <limite>

    Index rewriting
    = it is gone
    > il a disparu

    Prune error
    = prune cannot tell what is still needed, and removed nothing
    > l'élagage ne peut déterminer ce qui sert encore, et n'a rien supprimé
    = Run `rustic prune` first: packs are marked for deletion here, and it may take them back.
    > Lancez d'abord `rustic prune` : des packs sont ici marqués pour suppression, et il peut les reprendre.
    = Run `coffre repo check` to see the damage, mend or forget what is broken, then prune again.
    > Lancez `coffre repo check` pour voir les dégâts, réparez ou oubliez ce qui est abîmé, puis élaguez de nouveau.
    = the store lacks {1} with data that snapshots need; nothing was removed
    > il manque {1} dont les données servent à des instantanés ; rien n'a été supprimé
    = 'data/{1}…' is one of them
    > « data/{1}… » en fait partie
    = Look for the files; if they are lost, run `coffre repo repair index`, then back up again.
    > Cherchez les fichiers ; s'ils sont perdus, lancez `coffre repo repair index`, puis sauvegardez de nouveau.
    = pack {1} holds needed data and does not have its size; nothing was removed
    > le pack {1} contient des données utiles et n'a pas la bonne taille ; rien n'a été supprimé
    = Run `coffre repo repair packs {1}`, then prune again.
    > Lancez `coffre repo repair packs {1}`, puis élaguez de nouveau.
    = the index lists {1} in two ways; nothing was removed
    > l'index décrit {1} de deux façons ; rien n'a été supprimé
    = 'data/{1}…' has different blobs in different index files
    > « data/{1}… » a des blobs différents selon les fichiers d'index
    = Run `coffre repo repair index`, then prune again.
    > Lancez `coffre repo repair index`, puis élaguez de nouveau.
    = pack {1} is damaged; nothing was removed
    > le pack {1} est endommagé ; rien n'a été supprimé
    = Run `coffre repo repair packs {1}`: it saves what can be saved. Then prune again.
    > Lancez `coffre repo repair packs {1}` : il sauve ce qui peut l'être. Puis élaguez de nouveau.
    = there is no snapshot in '{1}', so prune would remove all of its {2}
    > il n'y a pas d'instantané dans « {1} » : l'élagage supprimerait tout, soit {2}
    = If that is what you want, give --allow-empty. If there should be snapshots, look where they went.
    > Si c'est voulu, donnez --allow-empty. S'il devrait y avoir des instantanés, cherchez où ils sont passés.
    = '{1}' has repository version 1, which knows no compression
    > « {1} » est un dépôt de version 1, qui ne connaît pas la compression
    = Leave out --repack-uncompressed, or copy the snapshots into a new repository.
    > N'employez pas --repack-uncompressed, ou copiez les instantanés dans un nouveau dépôt.

    Prune request
    = it could not be removed and stays as garbage: {1}
    > il n'a pas pu être supprimé et reste inutilement : {1}

    Pruner
    = the index was rewritten by somebody else meanwhile: planning anew
    > l'index a été réécrit par quelqu'un d'autre entre-temps : nouveau plan
    = writing packs anew takes long: it goes on beside others
    > la réécriture des packs dure : elle continue sans écarter les autres
    = no pack that is there and whole holds it any more
    > aucun pack présent et intact ne le contient plus

    Repacker
    = its seal is broken
    > son sceau est rompu
    = its header has another length
    > son en-tête a une autre longueur

    Used blobs
    = tree {1} of snapshot {2}
    > l'arbre {1} de l'instantané {2}

    Prune summary
    = dry run: nothing was changed
    > simulation : rien n'a été modifié
    = to keep:   {1}
    > à garder :    {1}
    = to repack: {1} of {2}, which frees {3}
    > à réécrire :  {1} de {2} en tout, ce qui libère {3}
    = to delete: {1} of {2}
    > à supprimer : {1} de {2} en tout
    =            {1} of them in no index: left by interrupted runs
    >               dont {1} hors de tout index : restes d'exécutions interrompues
    = stays:     {1} in {2}
    > reste :       {1} dans {2}
    = unused:    {1} of it, {2} %
    > inutilisé :   {1} de ce reste, {2} %
    = nothing to free, in {1}
    > rien à libérer, en {1}
    = freed {1} in {2}: deleted {3}, wrote {4} anew ({5})
    > libéré : {1} en {2} ; supprimé : {3}, nouveaux : {4} ({5})
    = {1} stayed: a backup made meanwhile needs what is in there
    > resté : {1}, car une sauvegarde faite entre-temps en a besoin
    = INCOMPLETE: {1} could not be removed; the next prune tries again
    > INCOMPLET : impossible de supprimer {1} ; le prochain élagage réessaiera
    = frees:     {1}
    > libère :      {1}

    Repo prune
    = free what no snapshot needs
    > libérer ce dont aucun instantané n'a besoin
    = Packs that nobody needs are deleted. Of packs that are needed in part, what is needed moves into new ones, as far as --max-unused asks for it. Backups may run until the deletion begins, which wants the repository for itself; what they need by then stays.\n\nInterrupted at any point, the repository is sound: run it again.\n\nOn a disk that is full to the last byte not even a new index can be written. Drop snapshots, try --max-repack-size 0, free what else lies on that disk. If all that fails, --unsafe-recover-no-free-space moves nothing, and where it must it deletes index files first, then the packs that nobody needs, and writes the new index last. Nobody may interrupt it, nor use the repository meanwhile. If it dies all the same, `coffre repo repair index` finds everything again: run it before anything else. Which id it wants, it says itself when it gets another one.
    > Les packs dont personne n'a besoin sont supprimés. De ceux qui servent en partie, ce qui sert passe dans de nouveaux packs, dans la mesure où --max-unused le demande. Des sauvegardes peuvent tourner jusqu'au début de la suppression, qui veut le dépôt pour elle seule ; ce dont elles ont besoin à ce moment reste.\n\nInterrompu à n'importe quel moment, l'élagage laisse un dépôt sain : relancez-le.\n\nSur un disque plein jusqu'au dernier octet, même un nouvel index n'a pas de place. Retirez des instantanés, essayez --max-repack-size 0, libérez ce qui traîne d'autre sur ce disque. Si rien de cela ne suffit, --unsafe-recover-no-free-space ne déplace rien et, là où il le faut, supprime d'abord des fichiers d'index, puis les packs dont personne n'a besoin, et écrit le nouvel index en dernier. Que personne ne l'interrompe, ni ne se serve du dépôt pendant ce temps. S'il meurt malgré tout, `coffre repo repair index` retrouve tout : lancez-le avant toute autre chose. L'identifiant voulu, il le dit lui-même quand on lui en donne un autre.
    = what is needed cannot be told: nothing was removed
    > ce qui sert encore ne peut être déterminé : rien n'a été supprimé
    = some files could not be removed
    > certains fichiers n'ont pas pu être supprimés
    = leaves nothing unused, writes more anew
    > ne laisse rien d'inutilisé, réécrit davantage
    = only deletes: for a full disk
    > ne fait que supprimer : pour un disque plein
    """#
}
