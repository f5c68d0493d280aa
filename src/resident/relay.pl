#!/usr/bin/perl -X
# The relay of a resident CGI program, made by TSGI (docs/resident-cgi.md). It hands the request to a process that
# stays, and runs the program for this one request where there is none. No module is used, not even strict: one doubles
# the time a request takes. For the same reason what few requests need is behind __END__, compiled when it is needed.
# Numbers stand for constants of Linux, which their comments name. (-X, for the kernel would take the CR of an upload by
# FTP for a part of perl's name; perl itself takes it for a blank.)

my $base = "/tmp";               # has the private directory, "s" in which is the socket
my $patience = 1;                # seconds a responder may take to accept a request

my ($device, $inode) = stat $0;
my $directory = "$base/.tsgi-$>-$device-$inode";

# Without a request (a terminal, a process manager) the program itself knows what to do.
my $is_wanted = defined $ENV{REQUEST_METHOD} && $ENV{TSGI_RESIDENT} ne "0" && $^O eq "linux" && $inode;

relay() if $is_wanted && is_ours($directory) && reach();
compile_rest();
start() if $is_wanted;
serve_once();

# Whether nobody but this user can have made, or exchanged, the directory.
sub is_ours {
    my ($mode, $owner) = (stat $base)[2, 4];
    return 0 if !defined $mode || $owner != 0 && $owner != $> || $mode & 0022 && !($mode & 01000);
    ($mode, $owner) = (lstat shift)[2, 4];
    return defined $mode && ($mode & 0170000) == 0040000 && $owner == $> && !($mode & 0077);
}

# Connects, without waiting: EAGAIN where the queue is full. Trusts who listens as this user (SO_PEERCRED).
sub reach {
    socket(S, 1, 1 | 04000, 0) or return 0;    # AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK
    connect(S, pack "S a*", 1, "$directory/s\0") or return 0;
    my $peer = getsockopt(S, 1, 17) or return 0;    # SOL_SOCKET, SO_PEERCRED
    return (unpack "i3", $peer)[1] == $>;
}

# FastCGI over S. All but the end of the params goes first, and a question: GET_VALUES. Its answer says that somebody
# is there and takes the request; only then the params end, which is when the program is called. So it has not been
# called where this returns, and the request may be served otherwise.
sub relay {
    my ($name, $value, $params);
    while (($name, $value) = each %ENV) {
        $params .= (length $name < 128 ? chr length $name : pack "N", 0x80000000 | length $name)
            . (length $value < 128 ? chr length $value : pack "N", 0x80000000 | length $value) . $name . $value;
    }
    my $out = pack "CCnnnnx6", 1, 1, 1, 8, 0, 1;    # BEGIN_REQUEST as a responder
    while (length $params) {
        my $piece = substr $params, 0, 65528, "";
        $out .= pack("CCnnn", 1, 4, 1, length $piece, 0) . $piece;    # PARAMS
    }
    $out .= pack "CCnnn", 1, 9, 0, 0, 0;    # GET_VALUES

    my ($in, $answer, $answered, $accepted, $ended, $failed) = ("", "", 0, 0, 0, 0);
    # A body that Apache has de-chunked ends where it ends.
    my $left = $ENV{CONTENT_LENGTH} ne "" ? 0 + $ENV{CONTENT_LENGTH} : $ENV{HTTP_TRANSFER_ENCODING} =~ /chunked/i ? 9e15 : 0;
    my $sent = 0;

    for (;;) {
        # What cannot be passed on is not read, in both directions.
        my ($read, $write, $wait) = ("", "", undef);
        vec($read, fileno S, 1) = 1 if $answer eq "" && !$ended;
        vec($write, fileno S, 1) = 1 if $out ne "" && !$ended;
        vec($write, 1, 1) = 1 if $answer ne "";
        if ($accepted && $left > 0 && ($ended || length $out < 65536)) { vec($read, 0, 1) = 1 }
        last if $ended && $answer eq "" && !finish($left);
        $wait = $patience if !$accepted;
        $wait = 5 if $ended && $answer eq "";
        (my $found, $wait) = select $read, $write, undef, $wait;
        if (!$accepted) {
            $patience = $wait;
            return close S if !$found;
        }
        next if $found < 0;
        last if !$found;

        if (vec $write, 1, 1) { write_answer(\$answer) or exit 1 }
        if (vec $write, fileno S, 1) {
            my $count = send S, $out, 0x4000;    # MSG_NOSIGNAL
            if (defined $count) { substr $out, 0, $count, "" }
            elsif ($! != 11) { return close S if !$accepted; $out = ""; $left = 0 }    # EAGAIN; else an answer may be there
        }
        if (vec $read, 0, 1) {
            my $count = sysread STDIN, my $piece, $left < 65528 ? $left : 65528;
            next if !defined $count && ($! == 11 || $! == 4);    # EAGAIN, EINTR
            if ($count) {
                $left -= $count;
                $out .= pack("CCnnn", 1, 5, 1, $count, 0) . $piece if !$ended;    # STDIN
                $sent = 1;
            }
            # The client has left: the first of two empty records could be mod_fcgid's, in front of a body.
            elsif ($left < 9e14 && !$sent) { $out .= pack "CCnnn", 1, 5, 1, 0, 0 }
            $left = 0 if !$count;
            $out .= pack "CCnnn", 1, 5, 1, 0, 0 if $left <= 0 && !$ended;
        }
        next if !vec $read, fileno S, 1;

        my $count = sysread S, $in, 65536, length $in;
        next if !defined $count && $! == 11;
        if (!$count) {
            return close S if !$accepted;
            if (!$answered) { compile_rest(); lost() }
            $failed = 1;
            $ended = 1;
        }
        while (length $in >= 8) {
            my ($type, $length, $padding) = (unpack "CCnnC", $in)[1, 3, 4];
            last if length $in < 8 + $length + $padding;
            my $content = substr $in, 8, $length;
            substr $in, 0, 8 + $length + $padding, "";
            if ($type == 6) { $answer .= $content if $accepted }    # STDOUT; before that it says that there is no room
            elsif ($type == 7) { syswrite STDERR, $content if $length }    # STDERR
            elsif ($type == 10 && !$accepted) {    # GET_VALUES_RESULT
                $out = pack "CCnnn", 1, 4, 1, 0, 0;
                $out .= pack "CCnnn", 1, 5, 1, 0, 0 if $left <= 0;
                $count = send S, $out, 0x4000 or return close S;
                substr $out, 0, $count, "";
                $accepted = 1;
                # With a body on its way nothing here may wait for anybody: F_SETFL, O_NONBLOCK, F_GETFL.
                fcntl STDOUT, 4, 04000 | fcntl STDOUT, 3, 0 if $left > 0;
            }
            elsif ($type == 3) {    # END_REQUEST
                my ($status, $protocol) = unpack "NC", $content;
                return close S if $protocol && !$accepted;
                $failed = $status;
                $ended = 1;
            }
        }
        if ($answer ne "") {
            $answered = 1;
            write_answer(\$answer) or exit 1;
        }
    }
    exit($failed > 255 ? 1 : $failed);
}

# Writes what can be written now. False where nobody reads any more; that closes S, and so aborts the request.
sub write_answer {
    my $answer = shift;
    my $count = syswrite STDOUT, $$answer;
    return $! == 11 || $! == 4 if !defined $count;    # EAGAIN, EINTR
    substr $$answer, 0, $count, "";
    return 1;
}

# Whether to read on after the end: mod_cgid loses the answer of who leaves bytes on the socket they share.
sub finish { return shift > 0 && -S STDIN }

sub compile_rest {
    local $/ = "\n# The end of the Perl program.";
    eval scalar readline DATA;
    die $@ if $@;
}

__END__
my @once = ("false");    # serves one request
my @stay = ("false");    # becomes the responder
my $pause = 5;           # seconds until the next try, once a responder has failed early; doubles

# The responder died with the request. It may have done what was asked, so nobody asks again.
sub lost {
    print "Status: 502 Bad Gateway\r\nContent-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\n\r\n",
        "502 Bad Gateway\n\nThe process that served this request ended before it answered (RESIDENT_LOST). ",
        "It may have done what was asked: look before you try again.\n";
    print STDERR "tsgi: RESIDENT_LOST: Cannot answer $ENV{REQUEST_METHOD} $ENV{SCRIPT_NAME}: the resident process ended ",
        "without a byte; its log is $directory/log\n";
    exit 1;
}

# Starts the responder, unless there is one or the last ones have failed. It inherits the lock and holds it for life,
# so that the kernel clears it however it ends. The size of the lock's file counts the tries since one has done well.
sub start {
    mkdir $directory, 0700;
    return if !is_ours($directory);
    local $^F = 15;    # descriptors up to this one stay open in what is executed
    open LOCK, ">>", "$directory/lock" or return;
    begin() if flock LOCK, 6;    # LOCK_EX | LOCK_NB
    close LOCK;
}

sub begin {
    my ($tries, $last) = (stat LOCK)[7, 9];
    # Whoever has left has removed it; the name may belong to the next one already.
    return if (stat _)[1] != (stat "$directory/lock")[1];
    my $wait = $pause * 2 ** ($tries > 7 ? 6 : $tries - 1);
    return if $tries && time - $last < $wait;
    syswrite LOCK, ".";
    my $parent = $$;
    # Nobody waits for the child; the program that serves the request never asks for children it has not started.
    my $child = fork;
    return if !defined $child || $child;
    setpgrp;
    open STDIN, "<", "/dev/null";
    open STDOUT, -s "$directory/log" > 65536 ? ">" : ">>", "$directory/log";
    open STDERR, ">&", \*STDOUT;
    $ENV{TSGI_RESIDE} = fileno(LOCK) . ":$directory:$0";
    # The request has the processor first, until it has been served, or for a second.
    for (1 .. 20) { select undef, undef, undef, 0.05 if getppid == $parent }
    sweep();
    exec { $stay[0] } @stay;
    exit 127;
}

# Removes what responders of any file have left that failed or were killed: directories whose lock nobody holds, with
# nothing in them that is not ours, or younger than a day.
sub sweep {
    opendir my $names, $base or return;
    for my $left (map "$base/$_", grep /^\.tsgi-$>-\d+-\d+$/, readdir $names) {
        next if !is_ours($left) || !open my $lock, "+<", "$left/lock";
        # As in begin: a lock that has lost its name keeps nobody out.
        next if !flock($lock, 6) || (stat $lock)[1] != (stat "$left/lock")[1];
        opendir my $files, $left or next;
        next if grep !/^\.\.?$/ && (!/^(?:s|log|lock)$/ || -M "$left/$_" < 1), readdir $files;
        # The lock last: up to then nobody else begins here.
        unlink map "$left/$_", "s", "log", "lock";
        rmdir $left;
    }
}

# Leaves the process to the program.
sub serve_once {
    exec { $once[0] } @once, @ARGV;
    print "Status: 500 Internal Server Error\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n",
        "500 Internal Server Error\n\nThe request could not be served (NODE_MISSING).\n" if defined $ENV{REQUEST_METHOD};
    print STDERR "tsgi: NODE_MISSING: Cannot start $once[0]: $!; name a Node that is there where the file is made\n";
    exit 1;
}

# The end of the Perl program.
