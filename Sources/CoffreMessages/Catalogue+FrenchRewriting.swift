extension Catalogue {
  /// Rewriting snapshots.
  static let frenchRewriting = #"""
    Rewrite
    = rewrite: snapshot {1} of {2}
    > réécriture : instantané {1} sur {2}
    = remove the old snapshots once the new ones are saved
    > supprimer les anciens instantanés une fois les nouveaux enregistrés
    = only tell what would be done
    > dire seulement ce qui serait fait
    = ids, their beginnings, or 'latest'; none: all that the filters let through
    > des identifiants, leurs débuts ou « latest » ; sans cela, tout ce que laissent passer les filtres

    Rewrite selection
    = snapshot {1} of {2}: was made anew before, as {3}
    > instantané {1} du {2} : déjà refait auparavant, sous le nom {3}
    = snapshot {1} of {2}: made anew as {3}, {4}
    > instantané {1} du {2} : refait sous le nom {3}, {4}
    = snapshot {1} of {2}: would be made anew, {3}
    > instantané {1} du {2} : serait refait, {3}

    Snapshot rewriter
    = {1}; it stays as it is
    > {1} ; il reste tel quel
    = its new snapshot {1} was removed meanwhile
    > son nouvel instantané {1} a été supprimé entre-temps
    = excluded
    > exclu

    Tree rewriter
    = '{1}' holds what cannot be written again without losing some of it
    > « {1} » contient des éléments qui ne peuvent être réécrits sans perte

    Snapshot rewrite
    = the host the snapshots shall belong to
    > la machine à laquelle appartiendront les instantanés
    = the time they shall have: '2026-11-21 14:05:09', or with a zone, or 'now'
    > la date qu'ils auront : « 2026-11-21 14:05:09 », ou avec un fuseau, ou « now »
    = make snapshots anew without some files
    > refaire des instantanés sans certains fichiers
    = Snapshots in which nothing matches are left alone. New ones get the tag 'rewrite' and stand beside the old ones, unless --forget removes those. What was left out stays in the repository until it is pruned.
    > Les instantanés où rien ne correspond ne sont pas touchés. Les nouveaux portent l'étiquette « rewrite » et restent à côté des anciens, sauf si --forget supprime ceux-ci. Ce qui a été exclu reste dans le dépôt jusqu'à l'élagage.
    = a snapshot could not be rewritten, and stays as it is
    > un instantané n'a pas pu être réécrit, et reste tel quel
    = then coffre repo prune, which frees it
    > puis coffre repo prune, qui libère la place
    = nothing is to be changed
    > il n'y a rien à changer
    = Give --exclude, --iexclude, --exclude-file, --new-host or --new-time.
    > Donnez --exclude, --iexclude, --exclude-file, --new-host ou --new-time.
    = '{1}' is no time
    > « {1} » n'est pas une date
    = Write it as '2026-11-21 14:05:09', '2026-11-21T14:05:09+01:00' or 'now'.
    > Écrivez « 2026-11-21 14:05:09 », « 2026-11-21T14:05:09+01:00 » ou « now ».
    = would make {1} anew; {2} unchanged
    > à refaire : {1} ; inchangé : {2}
    = made {1} anew; {2} unchanged
    > refait : {1} ; inchangé : {2}
    = {1} had been made anew before
    > déjà refait auparavant : {1}
    = NOT REWRITTEN: {1}, named above; what was to go is still in there
    > NON RÉÉCRIT : {1}, voir ci-dessus ; ce qui devait partir y est encore
    = next: coffre repo prune, which frees what no snapshot needs any more
    > ensuite : coffre repo prune, qui libère ce dont aucun instantané n'a plus besoin
    = next: the old snapshots are still there; the same command with --forget removes them
    > ensuite : les anciens instantanés sont encore là ; la même commande avec --forget les supprime
    = {1} old snapshot
    > {1} ancien instantané
    = {1} old snapshots
    > {1} anciens instantanés
    """#
}
