extension Catalogue {
  /// Snapshots as a folder.
  static let frenchMount = #"""
    Path template
    = nothing follows the last '%'
    > rien ne suit le dernier « % »
    = '%{1}' means nothing; there are %i, %I, %u, %h, %t, %T and %%
    > « %{1} » ne signifie rien ; il existe %i, %I, %u, %h, %t, %T et %%
    = it is the same for every snapshot
    > il est le même pour tous les instantanés
    = it leads out with '..'
    > il mène dehors par « .. »

    Layout renewal
    = which snapshots there are now cannot be seen: {1}
    > impossible de voir quels instantanés existent maintenant : {1}

    Repository file system
    = {1}; it is not shown
    > {1} ; il n'est pas montré
    = the snapshot does not say what is in it
    > l'instantané ne dit pas ce qu'il contient

    Browsed tree
    = another entry has the same name
    > un autre élément porte le même nom
    = no entry of a folder can have this name
    > aucun élément d'un dossier ne peut porter ce nom
    = it is of the unknown type '{1}'
    > il est du type inconnu « {1} »

    File contents
    = it is not as long as the index says
    > il n'a pas la longueur indiquée par l'index

    Repository view
    = reading ahead
    > lecture anticipée

    Fuse error
    = file systems in user space (FUSE) are missing here: cannot open '/dev/fuse'
    > les systèmes de fichiers en espace utilisateur (FUSE) manquent ici : impossible d'ouvrir « /dev/fuse »
    = Run `modprobe fuse` as root; give a container the device, as `docker run --device /dev/fuse --cap-add SYS_ADMIN` does.
    > Lancez `modprobe fuse` en tant que root ; à un conteneur, donnez le périphérique comme le fait `docker run --device /dev/fuse --cap-add SYS_ADMIN`.
    = file systems in user space (FUSE) are not permitted here: cannot open '/dev/fuse'
    > les systèmes de fichiers en espace utilisateur (FUSE) ne sont pas permis ici : impossible d'ouvrir « /dev/fuse »
    = Run as a user who may read and write '/dev/fuse'; give a container the device, as `docker run --device /dev/fuse --cap-add SYS_ADMIN` does.
    > Lancez la commande avec un utilisateur qui peut lire et écrire « /dev/fuse » ; à un conteneur, donnez le périphérique comme le fait `docker run --device /dev/fuse --cap-add SYS_ADMIN`.
    = 'fusermount3' is not installed, and only root can mount without it
    > « fusermount3 » n'est pas installé, et seul root peut monter sans lui
    = Install it (`apt install fuse3`), or run the command as root.
    > Installez-le (`apt install fuse3`), ou lancez la commande en tant que root.
    = '/etc/fuse.conf' does not let users share what they mount
    > « /etc/fuse.conf » ne permet pas aux utilisateurs de partager ce qu'ils montent
    = Have root write the line 'user_allow_other' into it, or leave --allow-other away.
    > Faites-y écrire par root la ligne « user_allow_other », ou n'employez pas --allow-other.
    = cannot mount at '{1}'
    > impossible de monter dans « {1} »
    = the system refused it
    > le système l'a refusé
    = Check that you may write in the folder, and that mounting is permitted here: containers need `--device /dev/fuse --cap-add SYS_ADMIN`.
    > Vérifiez que vous pouvez écrire dans le dossier, et que le montage est permis ici : les conteneurs ont besoin de `--device /dev/fuse --cap-add SYS_ADMIN`.
    = what is mounted can no longer be served
    > ce qui est monté ne peut plus être servi

    Mount
    = where snapshots appear: %i %I short id and id, %h host, %u user, %t each tag, %T time
    > où apparaissent les instantanés : %i %I id court et id, %h machine, %u utilisateur, %t chaque étiquette, %T date
    = ids/%i, snapshots/%T, hosts/%h/%T and tags/%t/%T
    > ids/%i, snapshots/%T, hosts/%h/%T et tags/%t/%T
    = how %T writes 2 January 2006, 15:04:05, in the zone -07:00
    > comment %T écrit le 2 janvier 2006, 15:04:05, dans le fuseau -07:00
    = let other users in, as far as the files' permissions let them
    > laisser entrer d'autres utilisateurs, dans la limite des permissions des fichiers
    = let whoever may enter read everything, whatever the files' permissions
    > laisser tout lire à qui peut entrer, quelles que soient les permissions des fichiers
    = show everything as owned by root
    > montrer tout comme appartenant à root
    = stay until the folder is unmounted; that is always so
    > rester jusqu'au démontage du dossier ; c'est toujours le cas
    = browse snapshots as a folder
    > parcourir les instantanés comme un dossier
    = only this one: an id, its beginning, or 'latest'; ':PATH' behind it for a folder
    > seulement celui-ci : un identifiant, son début ou « latest » ; suivi de « :CHEMIN » pour un dossier
    = an empty folder, where the snapshots appear
    > un dossier vide, où apparaissent les instantanés
    = The folder shows ids/, snapshots/, hosts/ and tags/, in them each snapshot as a folder, and 'latest' beside the times. Snapshots made meanwhile appear within seconds. Nothing can be changed. The command stays until Ctrl-C, or until somebody runs `umount` (as a user: `fusermount3 -u`) on the folder.\n\nWhatever is read is verified. What is damaged cannot be read (input/output error) and is named here; all else can. A shared lock protects the snapshots meanwhile: `forget` and `prune` wait.
    > Le dossier montre ids/, snapshots/, hosts/ et tags/, et dans chacun les instantanés comme des dossiers, avec « latest » à côté des dates. Les instantanés créés entre-temps apparaissent en quelques secondes. Rien ne peut être modifié. La commande dure jusqu'à Ctrl-C, ou jusqu'à ce que quelqu'un lance `umount` (un simple utilisateur : `fusermount3 -u`) sur le dossier.\n\nTout ce qui est lu est vérifié. Ce qui est endommagé ne peut être lu (erreur d'entrée/sortie) et est nommé ici ; tout le reste peut l'être. Un verrou partagé protège les instantanés pendant ce temps : `forget` et `prune` attendent.
    = also: the folder is missing or not empty
    > aussi : le dossier manque ou n'est pas vide
    = the kernel's FUSE or the program fusermount3 is missing
    > FUSE manque dans le noyau, ou le programme fusermount3
    = mounting is not permitted
    > le montage n'est pas permis
    = unmounted '{1}' after {2}
    > « {1} » démonté après {2}
    = the template '{1}' cannot be used: {2}
    > le modèle « {1} » est inutilisable : {2}
    = Correct it in --path-template.
    > Corrigez-le dans --path-template.
    = Give an empty folder; `mkdir -p '{1}'` makes one.
    > Donnez un dossier vide ; `mkdir -p '{1}'` en crée un.
    = the folder '{1}' is not empty: what is in it would be hidden
    > le dossier « {1} » n'est pas vide : ce qu'il contient serait caché
    = '{1}' is no folder
    > « {1} » n'est pas un dossier
    = there is no folder '{1}'
    > le dossier « {1} » n'existe pas
    = at '{1}' something is mounted whose program is gone
    > dans « {1} » est monté quelque chose dont le programme a disparu
    = Run `umount -l '{1}'` as root, or `fusermount3 -uz '{2}'`; then mount again.
    > Lancez `umount -l '{1}'` en tant que root, ou `fusermount3 -uz '{2}'` ; puis montez de nouveau.
    = <template>
    > <modèle>
    = showing snapshot {1} of {2}
    > instantané {1} du {2} affiché
    = showing {1}; new ones appear by themselves
    > {1} ; les nouveaux apparaîtront d'eux-mêmes
    = mounted at '{1}'; Ctrl-C or `umount` ends it
    > monté dans « {1} » ; Ctrl-C ou `umount` y met fin
    = {1}; passed over
    > {1} ; ignoré
    = '{1}' is no folder in snapshot {2}
    > « {1} » n'est pas un dossier de l'instantané {2}
    = Name a folder of the snapshot; see `coffre snapshot ls {1}`.
    > Indiquez un dossier de l'instantané ; voyez `coffre snapshot ls {1}`.
    = unmounted
    > démonté
    """#
}
