extension Catalogue {
  /// Forgetting, pruning, tags and groups.
  static let frenchRetention = #"""
    Forget
    = cannot be removed: {1}
    > suppression impossible : {1}
    = {1}; it is forgotten nevertheless, because it was named
    > {1} ; il est oublié malgré tout, car il a été nommé
    = the snapshots changed meanwhile: deciding again
    > les instantanés ont changé entre-temps : nouvelle décision
    = nothing to remove: no snapshot matches
    > rien à supprimer : aucun instantané ne correspond

    What a filter names and no snapshot has
    = the repository holds no snapshot
    > le dépôt ne contient aucun instantané
    = no snapshot is of this host; there are: {1}
    > aucun instantané n'est de cette machine ; il y a : {1}
    = no snapshot has this path; there are: {1}
    > aucun instantané n'a ce chemin ; il y a : {1}
    = no snapshot has these tags; there are: {1}
    > aucun instantané ne porte ces étiquettes ; il y a : {1}
    = no snapshot has these tags; there are none at all
    > aucun instantané ne porte ces étiquettes ; il n'y en a aucune
    = no snapshot has all of this at once
    > aucun instantané n'a tout cela à la fois
    = {1} and {2} more
    > {1} et {2} de plus

    Forget plan
    = {1} cannot be read, so nothing is forgotten
    > illisible : {1} ; rien n'est donc oublié
    = Look at the repository with `coffre repo check`; a snapshot that is lost for good is dropped by its id, `coffre snapshot forget <id>`.
    > Examinez le dépôt avec `coffre repo check` ; un instantané définitivement perdu se retire par son identifiant, `coffre snapshot forget <id>`.
    = the rules would remove the last snapshot of {1}
    > les règles supprimeraient le dernier instantané de ce groupe : {1}
    = Add a rule that keeps some, such as --keep-last 1, or give the ids of the snapshots that are to go.
    > Ajoutez une règle qui en garde, comme --keep-last 1, ou donnez les identifiants des instantanés à supprimer.

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

    Tag
    = cannot be removed: {1}; it stays beside {2}, which has the new tags
    > suppression impossible : {1} ; il reste à côté de {2}, qui porte les nouvelles étiquettes
    = {1}; its tags stay as they are
    > {1} ; ses étiquettes restent telles quelles

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

    Snapshot grouping
    = no tags
    > sans étiquettes
    = all snapshots
    > tous les instantanés
    = host '{1}'
    > machine « {1} »
    = paths '{1}'
    > chemins « {1} »
    = tags '{1}'
    > étiquettes « {1} »

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

    Retention
    = keep so many of the newest; 'unlimited' keeps all
    > garder autant des plus récents ; « unlimited » les garde tous
    = keep the newest of so many hours
    > garder le plus récent d'autant d'heures
    = keep the newest of so many days
    > garder le plus récent d'autant de jours
    = keep the newest of so many weeks
    > garder le plus récent d'autant de semaines
    = keep the newest of so many months
    > garder le plus récent d'autant de mois
    = keep the newest of so many years
    > garder le plus récent d'autant d'années
    = keep what is younger than this, counted back from the newest: '1y5m7d2h', m is months
    > garder ce qui a moins que cet âge, compté depuis le plus récent : « 1y5m7d2h », m pour mois
    = keep the newest of each hour for so long
    > garder le plus récent de chaque heure pendant cette durée
    = keep the newest of each day for so long
    > garder le plus récent de chaque jour pendant cette durée
    = keep the newest of each week for so long
    > garder le plus récent de chaque semaine pendant cette durée
    = keep the newest of each month for so long
    > garder le plus récent de chaque mois pendant cette durée
    = keep the newest of each year for so long
    > garder le plus récent de chaque année pendant cette durée
    = keep what has all these tags, joined by commas
    > garder ce qui porte toutes ces étiquettes, séparées par des virgules
    = group by host, paths and tags, joined by commas, or 'none'
    > grouper par host, paths et tags, séparés par des virgules, ou « none »
    = '{1}' of '--{2}' is no count
    > « {1} » pour « --{2} » n'est pas un nombre
    = Give a whole number, or 'unlimited' to keep all.
    > Donnez un nombre entier, ou « unlimited » pour tout garder.
    = '{1}' of '--{2}' is no duration
    > « {1} » pour « --{2} » n'est pas une durée
    = Give years, months, days and hours such as '1y5m7d2h'; m is months.
    > Donnez des années, mois, jours et heures comme « 1y5m7d2h » ; m désigne les mois.
    = '{1}' of '--group-by' is no list of groups
    > « {1} » pour « --group-by » n'est pas une liste de critères
    = Join some of host, paths and tags by commas, or give 'none'.
    > Séparez host, paths et tags par des virgules, ou donnez « none ».

    Snapshot forget
    = then free what only the removed snapshots needed, as `coffre repo prune` does
    > libérer ensuite ce dont seuls les instantanés supprimés avaient besoin, comme `coffre repo prune`
    = show ids, times and tags only
    > n'afficher qu'identifiants, dates et étiquettes
    = without a rule: remove all that --host, --path and --tag let through
    > sans règle : supprimer tout ce que laissent passer --host, --path et --tag
    = drop snapshots by rules, or by their ids
    > oublier des instantanés par règles ou identifiants
    = ids, their beginnings, or 'latest'; instead of rules
    > des identifiants, leurs débuts ou « latest » ; au lieu de règles
    = In each group of snapshots those stay that at least one rule keeps. Hours, days, weeks, months and years are those of the time zone in which a snapshot was made; a rule that has counts left keeps the oldest snapshot too. The last snapshot of a group is never removed by rules.\n\nWhat only the removed snapshots needed still takes space until `coffre repo prune`, or --prune here. Where nothing was removed, --prune does nothing; the options of `coffre repo prune` are understood with it.
    > Dans chaque groupe d'instantanés restent ceux qu'au moins une règle garde. Heures, jours, semaines, mois et années sont ceux du fuseau horaire où l'instantané a été créé ; une règle qui n'est pas épuisée garde aussi l'instantané le plus ancien. Le dernier instantané d'un groupe n'est jamais supprimé par des règles.\n\nCe dont seuls les instantanés supprimés avaient besoin occupe encore de la place jusqu'à `coffre repo prune`, ou --prune ici. Si rien n'a été supprimé, --prune ne fait rien ; les options de `coffre repo prune` sont acceptées avec lui.
    = failed; a snapshot cannot be read, or a group would lose its last one
    > échec ; un instantané est illisible, ou un groupe perdrait son dernier
    = wrong usage, such as no rule at all
    > mauvais usage, comme aucune règle
    = some snapshots could not be removed
    > certains instantanés n'ont pas pu être supprimés
    = see what would go
    > voir ce qui partirait
    = for cron
    > pour cron
    = one snapshot, whatever the rules
    > un seul instantané, quelles que soient les règles
    = '--{1}' does nothing without '--prune'
    > « --{1} » ne fait rien sans « --prune »
    = Give --prune too.
    > Donnez aussi --prune.
    = named snapshots are removed whatever the rules say
    > les instantanés nommés sont supprimés quoi que disent les règles
    = Give either ids or rules, not both.
    > Donnez des identifiants ou des règles, pas les deux.
    = no rule says what to keep
    > aucune règle ne dit quoi garder
    = Give a rule such as --keep-daily 7, or the ids of snapshots to remove.
    > Donnez une règle comme --keep-daily 7, ou les identifiants des instantanés à supprimer.
    = '--unsafe-allow-remove-all' would remove every snapshot of the repository
    > « --unsafe-allow-remove-all » supprimerait tous les instantanés du dépôt
    = Say which ones with --host, --path or --tag.
    > Dites lesquels avec --host, --path ou --tag.
    = would remove {1} and keep {2}, in {3}
    > à supprimer : {1} ; à garder : {2}, dans {3}
    = dry run: nothing was removed
    > simulation : rien n'a été supprimé
    = nothing to remove: keeping {1} in {2}
    > rien à supprimer : {1} à garder dans {2}
    = nothing to remove
    > rien à supprimer
    = removed {1}, kept {2}, in {3}, in {4}
    > supprimé : {1} ; gardé : {2}, dans {3}, en {4}
    = removed {1} in {2}
    > supprimé : {1} en {2}
    = INCOMPLETE: {1} could not be removed, named above
    > INCOMPLET : impossible de supprimer {1}, voir ci-dessus
    = next: coffre repo prune frees the space that only they needed
    > ensuite : coffre repo prune libère la place dont eux seuls avaient besoin
    = {1} group
    > {1} groupe
    = {1} groups
    > {1} groupes

    Snapshot tag
    = give these tags, joined by commas
    > donner ces étiquettes, séparées par des virgules
    = take these tags away, joined by commas
    > retirer ces étiquettes, séparées par des virgules
    = replace all tags by these; '' leaves none
    > remplacer toutes les étiquettes par celles-ci ; '' n'en laisse aucune
    = only tell what would be changed
    > dire seulement ce qui serait changé
    = change the tags of snapshots
    > changer les étiquettes d'instantanés
    = ids, their beginnings, or 'latest'; without: all that the filters find
    > des identifiants, leurs débuts ou « latest » ; sans cela, tout ce que trouvent les filtres
    = A snapshot whose tags change gets a new id; it remembers its first one as 'original'. The old file is removed once the new one is saved.
    > Un instantané dont les étiquettes changent reçoit un nouvel identifiant ; il garde mémoire du premier sous « original ». L'ancien fichier est supprimé une fois le nouveau enregistré.
    = an old file could not be removed, or a snapshot not be read
    > un ancien fichier n'a pas pu être supprimé, ou un instantané n'a pas pu être lu
    = '--set' replaces all tags and excludes '--add' and '--remove'
    > « --set » remplace toutes les étiquettes et exclut « --add » et « --remove »
    = Give either --set, or --add and --remove.
    > Donnez --set, ou bien --add et --remove.
    = no tag is given
    > aucune étiquette n'est donnée
    = Give --add, --remove or --set.
    > Donnez --add, --remove ou --set.
    = '{1}' is to be added and removed
    > « {1} » est à la fois à ajouter et à retirer
    = Give it to only one of --add and --remove.
    > Ne la donnez qu'à l'un de --add et --remove.
    = {1} is now {2}
    > {1} devient {2}
    = {1} would be changed
    > {1} serait changé
    = {1}, without tags
    > {1}, sans étiquettes
    = {1}, with tags {2}
    > {1}, avec les étiquettes {2}
    = would change the tags of {1} of {2}
    > étiquettes à changer : {1} sur {2}
    = nothing to change in {1}
    > rien à changer dans {1}
    = changed the tags of {1} of {2} in {3}
    > étiquettes changées : {1} sur {2}, en {3}
    = INCOMPLETE: {1} could not be read, named above
    > INCOMPLET : lecture impossible de {1}, voir ci-dessus
    = {1} old file
    > {1} ancien fichier
    = {1} old files
    > {1} anciens fichiers

    Forget output
    =   remove nothing
    >   rien à supprimer
    = oldest {1} within {2}
    > {1} le plus ancien sur {2}
    =   keep {1}:
    >   à garder : {1}
    =   remove {1}:
    >   à supprimer : {1}
    = remove {1}:
    > à supprimer : {1}
    = tags {1}
    > étiquettes {1}
    = oldest {1}
    > {1} le plus ancien
    = within {1}
    > sur {1}
    = {1} within {2}
    > {1} sur {2}
    = last
    > dernier
    = hourly
    > horaire
    = daily
    > quotidien
    = weekly
    > hebdomadaire
    = monthly
    > mensuel
    = yearly
    > annuel
    """#
}
