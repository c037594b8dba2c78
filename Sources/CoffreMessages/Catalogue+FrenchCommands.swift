extension Catalogue {
  /// What single commands say.
  static let frenchCommands = #"""
    = new
    > nouveau
    = changed
    > modifié
    = unchanged
    > inchangé
    = restored
    > restauré

    Store error
    = Run `coffre repo check` to see what else is missing or damaged, and how to repair it.
    > Lancez `coffre repo check` pour voir ce qui manque ou est endommagé par ailleurs, et comment le réparer.

    System error
    = use
    > d'utiliser

    Global
    = try this key of the repository first
    > essayer d'abord cette clé du dépôt
    = where parts of repositories are kept for speed; restic may share it
    > où garder des parties de dépôts pour aller plus vite ; peut être celui de restic
    = ~/.cache/coffre
    > ~/.cache/coffre
    = keep nothing on this machine, and use nothing kept
    > ne rien garder sur cette machine, et ne rien utiliser de ce qui l'est
    = clear away cached repositories that nobody used for 30 days
    > retirer du cache les dépôts que personne n'a utilisés depuis 30 jours
    = <id>
    > <id>

    Complete
    = say what may stand next
    > dire ce qui peut suivre
    = typed so far
    > saisi jusqu'ici

    Completion
    = print the completion script for a shell
    > afficher le script de complétion d'un shell
    = bash, zsh or fish
    > bash, zsh ou fish
    = The script asks the program itself, so that it knows all commands and options of the version that is installed, and the snapshots of the repository that --repo or the environment names.
    > Le script interroge le programme lui-même : il connaît ainsi toutes les commandes et options de la version installée, et les instantanés du dépôt que désigne --repo ou l'environnement.
    = '{1}' is no shell that can be completed here
    > « {1} » n'est pas un shell pour lequel la complétion existe
    = Name one of {1}.
    > Choisissez {1}.

    Man
    = write all pages into this folder, one file each
    > écrire toutes les pages dans ce dossier, un fichier pour chacune
    = print the manual page of a command, or write them all
    > afficher une page de manuel, ou les écrire toutes
    = The pages are in the language of --lang. `coffre man backup | man -l -` shows one.
    > Les pages sont dans la langue de --lang. `coffre man backup | man -l -` en affiche une.
    = all pages, in French
    > toutes les pages, en français
    = --output writes all pages
    > --output écrit toutes les pages
    = wrote {1} into '{2}'
    > écrit dans « {2} » : {1}
    = Leave the command out, or --output.
    > N'indiquez pas de commande, ou pas --output.
    = '{1}' is no command
    > « {1} » n'est pas une commande

    Program
    = make, verify and keep repositories
    > créer, vérifier et entretenir des dépôts
    = look at what was backed up
    > consulter ce qui a été sauvegardé
    = passwords that open a repository
    > mots de passe qui ouvrent un dépôt
    = mend a damaged repository
    > réparer un dépôt endommagé

    Blob loader
    = tree {1}
    > arbre {1}
    """#
}
