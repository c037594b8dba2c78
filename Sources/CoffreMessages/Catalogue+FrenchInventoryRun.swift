extension Catalogue {
  /// Backing up what a list names.
  static let frenchInventoryRun = #"""
    Results in the list
    = the outcome cannot be written into the list in '{1}'
    > le résultat ne peut être écrit dans la liste de « {1} »
    = the row is not there any more, or was changed meanwhile
    > la ligne n'y est plus, ou a été modifiée entre-temps
    = {1} rows are like this one
    > {1} lignes sont pareilles à celle-ci
    = Give each row of the list an id of its own.
    > Donnez à chaque ligne de la liste un id à elle.
    = Grant the user the right to change the columns of results (UPDATE), and to look at the rows; the backups are not concerned.
    > Donnez à l'utilisateur le droit de modifier les colonnes des résultats (UPDATE) et de lire les lignes ; les sauvegardes ne sont pas concernées.
    = Name the table itself with --table: what is listed cannot be changed. The backups are not concerned.
    > Nommez la table elle-même avec --table : ce qui est lu ne peut être modifié. Les sauvegardes ne sont pas concernées.
    = the list has no columns for results; they stand in the journal and the log
    > la liste n'a pas de colonnes pour les résultats ; ils se trouvent dans le journal et le fichier de log
    = a CSV file is only read: results stand in the journal and the log, not in it
    > un fichier CSV n'est que lu : les résultats se trouvent dans le journal et le fichier de log, pas dans celui-ci
    = the result of a query is only read: results stand in the journal and the log, not in the list
    > le résultat d'une requête n'est que lu : les résultats se trouvent dans le journal et le fichier de log, pas dans la liste
    = the list has no column for {1}; nothing is written there
    > la liste n'a pas de colonne pour {1} ; rien n'y est écrit

    The command
    = how many rows are done at the same time
    > combien de lignes sont traitées en même temps
    = as many as there are processors
    > autant qu'il y a de processeurs
    = how often a row is tried again whose share is away
    > combien de fois réessayer une ligne dont le partage est absent
    = how long such a row waits; others go on meanwhile
    > combien de temps cette ligne attend ; les autres continuent pendant ce temps
    = names of archives, with {timestamp}, {name}, {host}; with '/' at the end each is a folder
    > noms des archives, avec {timestamp}, {name}, {host} ; avec « / » à la fin, chacune est un dossier
    = names tell the local time instead of UTC
    > les noms donnent l'heure locale au lieu d'UTC
    = where the log of the day is written
    > où écrire le fichier de log du jour
    = logs below --to, else in the state folder
    > logs sous --to, sinon dans le dossier d'état
    = where copies lie that must be made before they are archived
    > où placer les copies à faire avant l'archivage
    = the system's
    > celui du système
    = the host the backups belong to
    > la machine à laquelle appartiennent les sauvegardes
    = only tell what would be done, and what archives are there
    > dire seulement ce qui serait fait, et quelles archives sont là
    = back up what a list names, row by row
    > sauvegarder ce que nomme une liste, ligne par ligne
    = Each active row becomes an archive in its destination, which is read back before it counts, and before the row's retention removes older ones. A row that fails leaves the others alone; a row whose share is away waits and is tried again.\n\nWith -r on the command line the rows are backed up into that repository, each as a snapshot of its own; with both -r and --to into both. Snapshots are removed by `coffre snapshot forget`, not by a row's retention.\n\nThe outcome is written into the row's own columns, where the list has them, never into others; and into the journal and the log.
    > Chaque ligne active devient une archive dans sa destination ; celle-ci est relue avant de compter, et avant que la rétention de la ligne n'en retire de plus anciennes. Une ligne qui échoue ne touche pas aux autres ; une ligne dont le partage est absent attend, puis est réessayée.\n\nAvec -r sur la ligne de commande, les lignes sont sauvegardées dans ce dépôt, chacune comme instantané à elle ; avec -r et --to, dans les deux. Les instantanés sont retirés par `coffre snapshot forget`, non par la rétention d'une ligne.\n\nLe résultat est écrit dans les colonnes de la ligne prévues pour cela, si la liste les a, jamais dans d'autres ; et dans le journal et le fichier de log.
    = every active row is backed up
    > toutes les lignes actives sont sauvegardées
    = no row is backed up
    > aucune ligne n'est sauvegardée
    = some rows are backed up, others are not, or not whole
    > certaines lignes sont sauvegardées, d'autres non, ou pas entièrement
    = the list cannot be read whole; nothing was done
    > la liste ne peut être lue en entier ; rien n'a été fait
    = deduplicated, in a repository
    > dédupliqué, dans un dépôt
    = the list has no rows: nothing was backed up
    > la liste n'a pas de lignes : rien n'a été sauvegardé
    = no row is active: nothing was backed up
    > aucune ligne n'est active : rien n'a été sauvegardé
    = Look at it with `coffre inventory check`.
    > Examinez-la avec `coffre inventory check`.
    = row {1} is the same, and their archives could not be told apart; give each an id of its own
    > la ligne {1} est la même, et leurs archives ne pourraient être distinguées ; donnez à chacune un id à elle

    What becomes of rows
    = row {1}
    > ligne {1}
    = row {1} ({2}): {3}: {4}
    > ligne {1} ({2}) : {3} : {4}
    = {1}: row {2}: {3}
    > {1} : ligne {2} : {3}
    =   row {1}  {2}
    >   ligne {1}  {2}
    =   row {1}  {2}  {3}{4}  {5}  {6}
    >   ligne {1}  {2}  {3}{4}  {5}  {6}
    = inventory {1}/{2}
    > inventaire {1}/{2}
    = {1}, {2} failed
    > {1}, échecs : {2}
    = partial
    > partiel
    = failed
    > échec
    = {1}, stored
    > {1}, stockés
    = {1} in {2}, read back and compared
    > {1} dans {2}, relus et comparés
    = {1}; it is tried again in {2}
    > {1} ; nouvel essai dans {2}
    = {1}; tried {2} times
    > {1} ; essayé {2} fois
    = the row cannot be read
    > la ligne ne peut être lue
    = the run of '{1}' begins
    > l'exécution de « {1} » commence
    = the run has ended: {1} of {2} backed up
    > l'exécution est finie : {1} sur {2} sauvegardées
    = older archives stay: {1}
    > les archives plus anciennes restent : {1}
    = what is there is another folder than at the begin: a share went away
    > ce qui s'y trouve est un autre dossier qu'au début : un partage a disparu

    At the end
    = BACKUP
    > SAUVEGARDE
    = {1} partial, {2} failed, {3} not active
    > partielles : {1}, en échec : {2}, inactives : {3}
    = {1} of {2} backed up, {3}, in {4}
    > {1} sur {2} sauvegardées, {3}, en {4}
    = {1} of {2} were backed up before the run was stopped
    > {1} sur {2} sauvegardées avant l'arrêt

    Archives that are there
    = row {1}: no archive is there yet
    > ligne {1} : aucune archive n'est encore là
    = row {1}: {2}, the newest '{3}' ({4}) is {5} old
    > ligne {1} : {2}, la plus récente, « {3} » ({4}), date d'il y a {5}
    = warning: '{1}' cannot be listed: {2}
    > avertissement : « {1} » ne peut être listé : {2}
    = note: '{1}' bears the name of no row
    > note : « {1} » ne porte le nom d'aucune ligne
    = {1} archive
    > {1} archive
    = {1} archives
    > {1} archives
    """#
}
