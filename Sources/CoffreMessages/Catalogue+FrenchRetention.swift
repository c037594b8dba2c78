extension Catalogue {
  /// Forgetting, tags and groups.
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

    Tag
    = cannot be removed: {1}; it stays beside {2}, which has the new tags
    > suppression impossible : {1} ; il reste à côté de {2}, qui porte les nouvelles étiquettes
    = {1}; its tags stay as they are
    > {1} ; ses étiquettes restent telles quelles

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
